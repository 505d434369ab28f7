"""Every setting of the platform, read from the environment. What law or customer may change is here or in data.

Required in production: SECRET_KEY, FIELD_KEY, FILE_KEY, ALLOWED_HOSTS, DATABASE_URL, REDIS_URL (or CELERY_BROKER_URL).
`DEMO=1` is the demo mode of `make run`: it creates demo accounts. `manage.py serve` writes it, with generated keys, to
`var/demo.env`, so that every later command in the same place reads the same data with the same keys.
"""

from datetime import timedelta
from pathlib import Path

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.Env()("VAR_DIR", default=str(BASE_DIR / "var"))).absolute()
VAR_DIR.mkdir(parents=True, exist_ok=True)
env = environ.Env()

DEVELOPMENT_KEY = "development-only-not-for-any-real-data-000000000000"
DEMO_ENV = VAR_DIR / "demo.env"

PRODUCTION = env.bool("PRODUCTION", default=False)
if DEMO_ENV.exists() and not PRODUCTION:
    env.read_env(str(DEMO_ENV))  # what the environment says itself wins
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_KEY)
FIELD_KEY = env("FIELD_KEY", default=DEVELOPMENT_KEY)  # identity numbers, phones; several: comma between, newest first
FILE_KEY = env("FILE_KEY", default="")  # stored files are encrypted with it; several: comma between, newest first
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

if PRODUCTION and (DEBUG or DEMO or DEVELOPMENT_KEY in (SECRET_KEY, FIELD_KEY) or SECRET_KEY == FIELD_KEY):
    raise ImproperlyConfigured("生产环境不能启动：请关闭 DEBUG 和 DEMO，并设置各自独立的 SECRET_KEY 与 FIELD_KEY。")
if PRODUCTION and (not FILE_KEY or {SECRET_KEY, FIELD_KEY} & set(FILE_KEY.split(","))):
    raise ImproperlyConfigured("生产环境不能启动：请设置独立的 FILE_KEY，文件库里的材料和文书用它加密。")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "import_export",
    "config.management.ManagementPages",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_include_bootstrap",  # static files only
    "django_otp",
    "django_structlog",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "approvals.audit",
    "approvals.organisations",
    "approvals.calendars",
    "approvals.documents",
    "approvals.exchange",
    "approvals.catalogue",
    "approvals.notices",
    "approvals.licences",
    "approvals.cases",
    "approvals.supervision",
    "approvals.guidance",
    "approvals.collaboration",
    "approvals.oversight",
    "approvals.statistics",
    "approvals.api",
    "approvals.workbench",
    "approvals.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "approvals.workbench.nul.NulMiddleware",  # before anything is looked up: the session too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.requestlog.RequestLog",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "approvals.workbench.middleware.WorkbenchMiddleware",
    "approvals.organisations.senseless.ManagementRequests",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "approvals.workbench.chrome.chrome",
            ],
        },
    },
]

# ---------------------------------------------------------------- database
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "options": " ".join(
            f"-c {name}={env(name.upper(), default=value)}"
            for name, value in (
                ("lock_timeout", "5s"),
                ("statement_timeout", "30s"),
                ("idle_in_transaction_session_timeout", "60s"),
                ("jit", "off"),  # to compile a query of a page takes longer than to answer it
            )
        ),
    }

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "organisations.User"
OAUTH2_PROVIDER_APPLICATION_MODEL = "organisations.Client"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": env.int("ACCESS_TOKEN_SECONDS", default=1800),
    "SCOPES": {
        "read": "查看本岗位可见的办件、事项和推送",
        "act": "以本岗位办理办件、认领和反馈",
    },
    "DEFAULT_SCOPES": ["read"],
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials and nothing else
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # digests, never the token itself
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
ONE_SESSION = env.bool("ONE_SESSION", default=True)  # a new login ends the older session of the same person
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
LOCK_MINUTES = env.int("LOCK_MINUTES", default=15)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "approvals.organisations.rights.PostsInForce"]
AXES_FAILURE_LIMIT = env.int("LOGIN_TRIES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=LOCK_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "approvals.workbench.public.limits.client_address"  # not the proxy's, which all share
AXES_LOCKOUT_CALLABLE = "approvals.workbench.views_entry.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who logged in when is asked of the sessions; names and addresses are not kept twice
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# GB/T 22239-2019 8.1.4.1: two factors, one of them cryptographic; never asked for in a demonstration.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=True)
SECOND_FACTOR_ROLES = env.list(
    "SECOND_FACTOR_ROLES", default=["DECIDER", "SEAL_KEEPER", "SYSTEM_ADMIN", "SECURITY_ADMIN", "AUDITOR"]
)
SECOND_FACTOR_WAIT_SECONDS = env.int("SECOND_FACTOR_WAIT_SECONDS", default=1)  # after a wrong code; doubles each time
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
HTTPS = env.bool("HTTPS", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # sub-domains and preloading are not ours to decide
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# ---------------------------------------------------------------- management pages
UNFOLD = {
    "SITE_TITLE": "市县联动审批平台 · 管理",
    "SITE_HEADER": "市县联动审批平台",
    "SITE_SUBHEADER": "管理",
    "SITE_SYMBOL": "account_tree",
    "SITE_FAVICONS": [{"rel": "icon", "href": lambda request: "data:,"}],
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"show_search": True},
    "COLORS": lambda request: {},  # they stand in the stylesheet: a style element would need a looser policy
    "STYLES": [lambda request: static("workbench/management.css")],
    "SCRIPTS": [lambda request: static("workbench/management.js")],
}
MANAGEMENT_CSP = {  # on /admin/ alone: the theme's Alpine evaluates its attributes and sets style attributes
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src-attr": [UNSAFE_INLINE],
}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True  # each import is one entry of the register instead
IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", default=10)  # of a workbook as uploaded
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=20_000)  # of one sheet

# ---------------------------------------------------------------- language, time, files
LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [BASE_DIR / "locale"]  # what the libraries leave in English
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(VAR_DIR / "static"))
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "approvals.documents.storage.EncryptedFiles"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = env("MEDIA_ROOT", default=str(VAR_DIR / "files"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ---------------------------------------------------------------- tasks
REDIS_URL = env("REDIS_URL", default="")
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://localhost")
CELERY_TASK_DEFAULT_QUEUE = env("CELERY_QUEUE", default="celery")  # two installations may share a broker
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # a nudge fails fast; the sweep makes it certain
CELERY_DB_REUSE_MAX = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 0.3}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.3},  # nothing lawful waits for a cache
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# ---------------------------------------------------------------- REST
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "approvals.api.problems.handler",
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_RATES": {  # of one connected system or person; token: of one address
        "read": env("API_READ_RATE", default="1200/min"),
        "act": env("API_ACT_RATE", default="600/min"),
        "upload": env("API_UPLOAD_RATE", default="120/min"),
        "token": env("API_TOKEN_RATE", default="60/min"),
    },
    "NUM_PROXIES": 1 if env.bool("BEHIND_PROXY", default=False) else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "市县联动审批平台接口",
    "DESCRIPTION": "接入系统以绑定的岗位查看和办理：先取令牌，再查事项、收件、办理、取事件和推送。",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "approvals.api.schema.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ActionEnum": "approvals.cases.words.Action",
        "BatchActionEnum": "approvals.api.serializers.acts.ACTIONS",
        "CallerEnum": "approvals.api.serializers.callers.CALLERS",
        "DayKindEnum": "approvals.calendars.workdays.Kind",
        "DeliveryWayEnum": "approvals.cases.models.DeliveryWish.Way",
        "DispatchWayEnum": "approvals.cases.inputs.SENT_BY",
        "ServiceWayEnum": "approvals.cases.inputs.SERVED_BY",
        "InspectionResultEnum": "approvals.supervision.words.InspectionResult",
        "InspectionWayEnum": "approvals.supervision.words.InspectionWay",
        "LevelEnum": "approvals.organisations.models.Level",
        "LevelNameEnum": ["county", "city"],
        "PartyKindEnum": "approvals.cases.models.Party.Kind",
        "PartyRoleEnum": "approvals.cases.models.Party.Role",
        "OfficialActEnum": "approvals.licences.words.OfficialAct",
        "PolicyLevelEnum": "approvals.supervision.words.PolicyLevel",
        "PolicyTaskStateEnum": "approvals.supervision.words.TaskState",
        "ProposalStateEnum": "approvals.supervision.words.ProposalState",
        "ProposalEnum": [("GRANT", "建议准予"), ("DENY", "建议不予")],
        "LicenceGroundEnum": "approvals.licences.words.Ground",
        "ObjectionAnswerEnum": "approvals.supervision.words.Answer",
        "ObjectionGroundEnum": "approvals.supervision.words.Ground",
        "PassStateEnum": "approvals.cases.words.PassState",
        "QuestionStateEnum": "approvals.guidance.models.Question.State",
        "QuestionListEnum": "approvals.api.serializers.guidance.LISTED",
        "PurposeEnum": "approvals.cases.words.Purpose",
        "PushStateEnum": "approvals.supervision.words.PushState",
        "ReconciliationStandingEnum": "approvals.supervision.words.Standing",
        "ResultEnum": "approvals.cases.words.Result",
        "StateEnum": "approvals.cases.words.State",
    },
}
IDEMPOTENCY_DAYS = env.int("IDEMPOTENCY_DAYS", default=7)  # how long a repeated registration gets its first answer

# ---------------------------------------------------------------- logs: one JSON object a line, no personal data
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

# ---------------------------------------------------------------- defaults of the practice
# Change them here, or item by item in the guide.
OFFICE_CLOSES_AT = env("OFFICE_CLOSES_AT", default="17:30")  # reminders only; the legal day ends at 24:00
MAX_FILE_BYTES = env.int("MAX_FILE_MB", default=50) * 1024 * 1024
MAX_SUBMITTED_BYTES = env.int("MAX_SUBMITTED_MB", default=200) * 1024 * 1024  # one form with all its files
PAGE_PICTURE_SECONDS = env.int("PAGE_PICTURE_SECONDS", default=20)  # to draw one page of a PDF for the viewer
PUSH_WITHIN_WORKDAYS = env.int("PUSH_WITHIN_WORKDAYS", default=3)  # 赣市府办发〔2022〕7号 四（六）
PUSH_CONFIRM_WORKDAYS = env.int("PUSH_CONFIRM_WORKDAYS", default=1)  # after the decision: opened, or a receipt came
PUSH_SOON_WORKDAYS = env.int(
    "PUSH_SOON_WORKDAYS", default=1
)  # a push or a claim due within so many is shown as due soon
RECONCILE_ASKS = env.int("RECONCILE_ASKS", default=5)  # how often a unit's system is asked about one day
RECONCILE_BACK_DAYS = env.int("RECONCILE_BACK_DAYS", default=10)  # calendar days a missed reconciliation is caught up
OBJECTION_ANSWER_WORKDAYS = env.int("OBJECTION_ANSWER_WORKDAYS", default=3)  # of the coordinator
POLICY_NOTICE_WORKDAYS = env.int("POLICY_NOTICE_WORKDAYS", default=5)  # 赣市府办发〔2022〕7号 四（六）
POLICY_READ_WORKDAYS = env.int("POLICY_READ_WORKDAYS", default=5)  # each organ concerned signs for it
POLICY_TASK_WORKDAYS = env.int("POLICY_TASK_WORKDAYS", default=20)  # the item's admin changes the item, or says why not
PROPOSAL_ANSWER_WORKDAYS = env.int("PROPOSAL_ANSWER_WORKDAYS", default=5)  # the approver, to a proposal or a lead
RECHECK_WITHIN_WORKDAYS = env.int("RECHECK_WITHIN_WORKDAYS", default=5)  # after the limit an order sets
RESPOND_WITHIN_WORKDAYS = env.int("RESPOND_WITHIN_WORKDAYS", default=10)  # a problem found, or a promise not kept
NAG_BEFORE_WORKDAYS = env.int("NAG_BEFORE_WORKDAYS", default=1)  # 催办: unit staff, then daily once it is late
NAG_HEAD_AFTER_WORKDAYS = env.int("NAG_HEAD_AFTER_WORKDAYS", default=2)
NAG_COORDINATOR_AFTER_WORKDAYS = env.int("NAG_COORDINATOR_AFTER_WORKDAYS", default=5)
ORIGINALS_SIGN_WORKDAYS = env.int("ORIGINALS_SIGN_WORKDAYS", default=3)  # handed over and not signed for: looked into
TAKE_OVER_AFTER_WORKDAYS = env.int("TAKE_OVER_AFTER_WORKDAYS", default=1)
# Applications with these effects on a licence are received whatever bars the party: nobody is kept from giving one up.
BARS_SPARE_EFFECTS = env.list("BARS_SPARE_EFFECTS", default=["CANCEL"])
FRAUD_BAN_YEARS = env.int("FRAUD_BAN_YEARS", default=3)  # 第七十九条: a licence got by fraud, annulled
FALSE_PAPERS_BAN_YEARS = env.int("FALSE_PAPERS_BAN_YEARS", default=1)  # 第七十八条: false papers, refused
BAR_LONGEST_DAYS = env.int("BAR_LONGEST_DAYS", default=1096)  # 行政许可法第七十九条: three years
# Acts on a licence that the holder is told of beforehand (SUSPEND, WITHDRAW, ANNUL …), and those with a right to a hearing.
LICENCE_NOTICE_ACTS = env.list("LICENCE_NOTICE_ACTS", default=["SUSPEND", "WITHDRAW", "ANNUL"])
LICENCE_HEARING_ACTS = env.list("LICENCE_HEARING_ACTS", default=["WITHDRAW", "ANNUL"])
# 行政许可法第四十七条、第四十八条: who may ask for a hearing has so long; told of its day so long before; held within.
HEARING_ASK_WORKDAYS = env.int("HEARING_ASK_WORKDAYS", default=5)
HEARING_NOTICE_WORKDAYS = env.int("HEARING_NOTICE_WORKDAYS", default=7)
HEARING_WITHIN_WORKDAYS = env.int("HEARING_WITHIN_WORKDAYS", default=20)
INTERESTED_STATEMENT_WORKDAYS = env.int(
    "INTERESTED_STATEMENT_WORKDAYS", default=10
)  # offered; each notice says its own
LICENCE_ORDER_DELIVERY_WORKDAYS = env.int("LICENCE_ORDER_DELIVERY_WORKDAYS", default=10)  # 行政许可法第四十四条
MONTHLY_REPORT_TO = env("MONTHLY_REPORT_TO", default="赣州市深化改革领导小组办公室")
LICENCE_HINT_DAYS = env.int(
    "LICENCE_HINT_DAYS", default=30
)  # the worklist tells of licences that run out within; 0: not
LICENCE_LIBRARY_ENDPOINT = env.str("LICENCE_LIBRARY_ENDPOINT", default="licence-library")  # the endpoint's code
CARRIER_ENDPOINT = env.str("CARRIER_ENDPOINT", default="mail-carrier")  # the endpoint's code
CARRIER_TRACK_HOURS = env.float("CARRIER_TRACK_HOURS", default=4)  # each piece of mail is asked about at most so often
MAX_RETURNS = env.int("MAX_RETURNS", default=2)
MAX_CORRECTIONS = env.int(
    "MAX_CORRECTIONS", default=3
)  # notices of one case; 行政许可法第三十二条第四项: told all at once
FORECAST_MONTHS = env.int("FORECAST_MONTHS", default=6)  # 试算新清单时往回看几个月的办件
MAX_EXTENSION_WORKDAYS = env.int("MAX_EXTENSION_WORKDAYS", default=10)  # 行政许可法第四十二条
PAPERS_STAY_VALID_DAYS = env.int("PAPERS_STAY_VALID_DAYS", default=365)  # a paper on file may be used again so long
FILING_READ_WORKDAYS = env.int("FILING_READ_WORKDAYS", default=10)  # the city unit reads what a county decided
SAMPLE_PERCENT = env.int("SAMPLE_PERCENT", default=5)  # unless a row of 抽查比例 says otherwise
SAMPLE_CHECK_WORKDAYS = env.int("SAMPLE_CHECK_WORKDAYS", default=15)
CORRECTION_ORDER_WORKDAYS = env.int("CORRECTION_ORDER_WORKDAYS", default=10)  # offered; each order says its own
CORRECTION_AGAIN_WORKDAYS = env.int("CORRECTION_AGAIN_WORKDAYS", default=5)  # offered where it was not mended
RESPONSIBILITY_WORKDAYS = env.int("RESPONSIBILITY_WORKDAYS", default=30)
YELLOW_SHARE_PERCENT = env.int("YELLOW_SHARE_PERCENT", default=20)
YELLOW_LEAST_WORKDAYS = env.int("YELLOW_LEAST_WORKDAYS", default=2)  # yellow at least so long before the end, of limits
YELLOW_LEAST_ABOVE_WORKDAYS = env.int("YELLOW_LEAST_ABOVE_WORKDAYS", default=5)  # longer than this
EARLIEST_YEAR = 2022
NOTICE_DAYS = env.int("NOTICE_DAYS", default=3)  # calendar days; what is older is history and nobody is told
GUIDANCE_ANSWER_WORKDAYS = env.int("GUIDANCE_ANSWER_WORKDAYS", default=1)  # from county to city: an answer the next day
GATHERING_REPLY_WORKDAYS = env.int("GATHERING_REPLY_WORKDAYS", default=1)  # who is invited says whether it comes
VIDEO_ROOM_URL = env("VIDEO_ROOM_URL", default="")  # a video platform's address with {room} in it; empty: typed by hand

# ---------------------------------------------------------------- letters and seals
# Printed as QR on every paper and said in notices: the address citizens reach.
PUBLIC_URL = env("PUBLIC_URL", default="http://127.0.0.1:8000")
SEAL_SERVICE = env("SEAL_SERVICE", default="approvals.documents.simulatedseals.SimulatedSeals")
PLATFORM_SIGNER = env("PLATFORM_SIGNER", default="市县联动审批平台电子签名")  # who signs the list of a bundle
SEAL_CA_DIR = env("SEAL_CA_DIR", default=str(VAR_DIR / "ca"))  # keys of the simulated seals; back it up apart
LETTER_LEASE_SECONDS = env.float("LETTER_LEASE_SECONDS", default=120)
LETTER_ROUND = env.int("LETTER_ROUND", default=10)  # letters of one lease
SWEEP_FILES_HOURS = env.int("SWEEP_FILES_HOURS", default=24)  # younger contents may still be waiting for their row
LETTER_TRIES = env.int("LETTER_TRIES", default=5)  # then a person decides
# Items whose refusal harms a right already held in natural resources: 复议 first (行政复议法第二十三条第一款第二项).
RECONSIDERATION_FIRST_ITEMS = env.list("RECONSIDERATION_FIRST_ITEMS", default=[])
CASE_FILE_DAYS = env.int("CASE_FILE_DAYS", default=7)  # older closings are history: `manage.py case_file NUMBER`
CASE_FILE_WAIT_MINUTES = env.int("CASE_FILE_WAIT_MINUTES", default=60)  # for letters that are still being made
CASE_FILE_SECONDS = env.int("CASE_FILE_SECONDS", default=900)  # for all attachments of one case file
CASE_FILE_PIECE_SECONDS = env.int("CASE_FILE_PIECE_SECONDS", default=30)
CASE_FILE_JOIN_SECONDS = env.int("CASE_FILE_JOIN_SECONDS", default=180)
CASE_FILE_MB = env.int("CASE_FILE_MB", default=200)  # attachments beyond it are listed by their digest only
VERIFICATIONS_PER_ADDRESS = env.int("VERIFICATIONS_PER_ADDRESS", default=60)
VERIFICATIONS_MINUTES = env.int("VERIFICATIONS_MINUTES", default=15)

# ---------------------------------------------------------------- public counter: without login, so counted
BEHIND_PROXY = SECURE_PROXY_SSL_HEADER is not None  # then the caller's address is the last one the proxy wrote down
PROGRESS_TRIES_PER_ADDRESS = env.int("PROGRESS_TRIES_PER_ADDRESS", default=30)  # wrong ones
PROGRESS_TRIES_PER_NUMBER = env.int("PROGRESS_TRIES_PER_NUMBER", default=10)  # from one address
PROGRESS_TRIES_PER_NUMBER_ANYWHERE = env.int("PROGRESS_TRIES_PER_NUMBER_ANYWHERE", default=100)  # a right code passes
PROGRESS_TRIES_MINUTES = env.int("PROGRESS_TRIES_MINUTES", default=15)
COMPLAINTS_PER_ADDRESS = env.int("COMPLAINTS_PER_ADDRESS", default=10)
COMPLAINTS_MINUTES = env.int("COMPLAINTS_MINUTES", default=60)
UNMASKINGS_A_DAY = env.int("UNMASKINGS_A_DAY", default=50)  # of one person; 个人信息保护法第五十一条
DRAFTS_KEPT_DAYS = env.int("DRAFTS_KEPT_DAYS", default=30)  # what was typed and never submitted
OFFICE_HOURS = env("OFFICE_HOURS", default="工作日 9:00—12:00，13:30—17:30")

# ---------------------------------------------------------------- exchange: seconds; what is due is a column
NUDGE_SECONDS = env.float("NUDGE_SECONDS", default=0.3)  # longest wait for a broker that does not answer
EXCHANGE_LEASE_SECONDS = env.float("EXCHANGE_LEASE_SECONDS", default=120)
EXCHANGE_CONNECT_SECONDS = env.float("EXCHANGE_CONNECT_SECONDS", default=3)
EXCHANGE_READ_SECONDS = env.float("EXCHANGE_READ_SECONDS", default=10)
EXCHANGE_SHIFT_SECONDS = env.float("EXCHANGE_SHIFT_SECONDS", default=20)  # a task starts no new round after this
EXCHANGE_RETRY_BASE_SECONDS = env.float("EXCHANGE_RETRY_BASE_SECONDS", default=5)
EXCHANGE_RETRY_CAP_SECONDS = env.float("EXCHANGE_RETRY_CAP_SECONDS", default=600)
EXCHANGE_ROUND = env.int("EXCHANGE_ROUND", default=200)  # messages of one endpoint in one lease
EXCHANGE_LANES = env.int("EXCHANGE_LANES", default=16)  # threads for one endpoint
EXCHANGE_THREADS = env.int("EXCHANGE_THREADS", default=64)
EXCHANGE_CA_FILE = env("EXCHANGE_CA_FILE", default="")  # an intranet's own certificate authority
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=3)
SETTLE_SECONDS = env.float("SETTLE_SECONDS", default=60)  # what the law brings about in cases nobody touches
ROOTS_DIR = env("ROOTS_DIR", default=str(VAR_DIR / "roots"))  # best on a disk the database's owner cannot write
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # An expiry, so that a worker that was away meets one sweep and not an hour of them.
    task: {"task": task, "schedule": SWEEP_SECONDS, "options": {"expires": 10 * SWEEP_SECONDS}}
    for task in (
        "audit.enrol",
        "cases.owe_letters",
        "documents.make_letters",
        "supervision.follow_cases",
        "exchange.send",
        "supervision.note_receipts",
        "licences.follow_records",
        "cases.tell",
        "cases.make_case_files",
        "statistics.follow_register",
    )
}
CELERY_BEAT_SCHEDULE |= {
    "cases.settle": {"task": "cases.settle", "schedule": SETTLE_SECONDS, "options": {"expires": SETTLE_SECONDS}},
    "cases.recalendar": {
        "task": "cases.recalendar",
        "schedule": SETTLE_SECONDS,
        "options": {"expires": SETTLE_SECONDS},
    },
    **{
        task: {"task": task, "schedule": SETTLE_SECONDS, "options": {"expires": SETTLE_SECONDS}}
        for task in ("supervision.recount", "guidance.recount", "oversight.recount", "collaboration.recount")
    },
    "cases.post": {"task": "cases.post", "schedule": SETTLE_SECONDS, "options": {"expires": SETTLE_SECONDS}},
    "supervision.reconcile": {"task": "supervision.reconcile", "schedule": crontab(hour=0, minute=20)},
    "supervision.nag": {"task": "supervision.nag", "schedule": crontab(hour="8-17", minute=40)},
    "oversight.follow": {
        "task": "oversight.follow",
        "schedule": SETTLE_SECONDS,
        "options": {"expires": SETTLE_SECONDS},
    },
    "oversight.carry_out": {
        "task": "oversight.carry_out",
        "schedule": SETTLE_SECONDS,
        "options": {"expires": SETTLE_SECONDS},
    },
    "oversight.sweep": {"task": "oversight.sweep", "schedule": crontab(minute=15)},
    "oversight.draw": {"task": "oversight.draw", "schedule": crontab(hour=1, minute=10)},
    "collaboration.draw": {"task": "collaboration.draw", "schedule": crontab(hour=1, minute=20)},
    "catalogue.supersede": {"task": "catalogue.supersede", "schedule": crontab(hour=0, minute=5)},
    "audit.keep_root": {"task": "audit.keep_root", "schedule": crontab(hour=0, minute=10)},
    "cases.remind": {"task": "cases.remind", "schedule": crontab(hour=8, minute=0)},
    "notices.digest": {"task": "notices.digest", "schedule": crontab(hour=8, minute=15)},
    "guidance.nag": {"task": "guidance.nag", "schedule": crontab(hour=8, minute=30)},
    "licences.warn": {"task": "licences.warn", "schedule": crontab(hour=7, minute=20)},
    "licences.reconcile": {"task": "licences.reconcile", "schedule": crontab(minute=25)},
    "documents.sweep_files": {"task": "documents.sweep_files", "schedule": crontab(hour=3, minute=10)},
    "api.forget": {"task": "api.forget", "schedule": crontab(hour=3, minute=40)},
}
