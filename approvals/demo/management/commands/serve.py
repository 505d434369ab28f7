"""manage.py serve: the whole platform from one command, to look at it: web, Celery worker, beat. Not for production."""

import gc
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from subprocess import Popen
from typing import Any

import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from approvals.demo import leash
from approvals.demo.checks import demo_accounts
from approvals.demo.example_edition import show_example
from approvals.demo.history import tell
from approvals.demo.keys import keep_keys
from approvals.demo.people import accounts
from approvals.organisations.load import demo_password

PORTS_TRIED = 20
CELERY = ("celery", "--quiet", "-A", "config")
WORKER = (*CELERY, "worker", "--pool", "threads", "-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING")
BEAT = (*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile=", "-l", "WARNING")
CHILDREN = {"worker": WORKER, "beat": BEAT}


class Command(BaseCommand):
    help = "演示用的一条命令：迁移、载入、启动网站和后台任务，Ctrl-C 停止。生产环境请用 docker-compose.yml。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="被占用时依次试后面的端口")
        parser.add_argument("--with-parent", action="store_true", help="启动它的进程（如 make）没了，就一起停止")

    def handle(self, *, host: str, port: int, with_parent: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("serve 只用于演示；生产环境请用 docker-compose.yml 或同样的进程。")
        if keep_keys(settings.DEMO_ENV):
            os.execv(sys.executable, [sys.executable, *sys.argv])  # once more, with settings that know the keys
        for ending in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with SIGINT ignored
            signal.signal(ending, lambda *_: sys.exit(0))
        if with_parent:
            threading.Thread(target=stop_when_orphaned, args=(os.getppid(),), daemon=True).start()
        prepare()
        some_history()
        listener = free_port(host, port)
        children = {name: leash.start(*call, log=log_folder() / f"{name}.log") for name, call in CHILDREN.items()}
        stopping = threading.Event()
        died: list[str] = []
        for name, child in children.items():
            threading.Thread(target=stop_when_it_dies, args=(name, child, stopping, died), daemon=True).start()
        try:
            self.greet(listener)
            waitress.serve(get_wsgi_application(), sockets=[listener], threads=8, ident=None, _quiet=True)
        except SystemExit:
            pass  # asked to end before the first page
        finally:
            stopping.set()
            leash.end(list(children.values()))
        if died:
            raise CommandError(f"后台任务 {died[0]} 意外退出，平台已停止；原因见 {log_folder()}。")
        self.stdout.write("已停止。")

    def greet(self, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        self.stdout.write(f"\n市县联动审批平台（演示）已启动：http://{host}:{port}/\n")
        self.stdout.write(f"演示账号，密码都是 {demo_password()}（演示模式不要求第二因素；人员均为虚构）：\n")
        for line in accounts():
            self.stdout.write("  " + line)
        self.stdout.write(f"  ……共 {demo_accounts()} 个，见 fixtures/people.csv\n\n")
        self.stdout.write(f"数据与密钥在 {settings.VAR_DIR}，后台日志在 {log_folder()}。按 Ctrl-C 停止。\n")


def stop_when_it_dies(name: str, child: Popen[bytes], stopping: threading.Event, died: list[str]) -> None:
    """A platform without its background tasks would look alive and push nothing: then rather stop."""
    child.wait()
    if not stopping.is_set():
        died.append(name)
        os.kill(os.getpid(), signal.SIGTERM)


def stop_when_orphaned(parent: int) -> None:
    """`make` killed by kill -9 cannot tell its children."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def log_folder() -> Path:
    return settings.VAR_DIR / "log"


def prepare() -> None:
    """Everything that must be there before the first page; takes a moment when it is there already."""
    for folder in ("broker/queue", "broker/control", "log", "static"):
        (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
    gc.disable()  # a third of the time went into looking for rubbish among the models of every migration
    try:
        call_command("migrate", verbosity=0)
        call_command("load", demo=True, verbosity=0)
    finally:
        gc.enable()


def some_history() -> None:
    """Cases to look at and an edition to try out, the first time."""
    tell(at=timezone.now())
    show_example(at=timezone.now())


def free_port(host: str, first: int) -> socket.socket:
    """A listening socket on the first free port from `first` on; taken at once, so that nobody comes between."""
    for port in range(first, first + PORTS_TRIED):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError:
            listener.close()
            continue
        return listener
    raise CommandError(f"{first} 到 {first + PORTS_TRIED - 1} 端口都被占用；请用 --port 另选。")
