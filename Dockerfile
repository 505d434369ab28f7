# 生产镜像：一个镜像，三种进程（web、worker、beat），见 docker-compose.yml。
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
ENV PRODUCTION=1 VAR_DIR=/var/lib/approvals STATIC_ROOT=/app/static
# 收集静态文件时的密钥只在这一步有效，不进镜像；数据目录归普通用户。
RUN SECRET_KEY=collectstatic-only FIELD_KEY=collectstatic-only-too FILE_KEY=collectstatic-only-as-well python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 --home-dir "$VAR_DIR" approvals \
    && install -d -o approvals -m 700 "$VAR_DIR"
USER approvals
VOLUME /var/lib/approvals
EXPOSE 8000

HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-m", "config.probe"]
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm"]
