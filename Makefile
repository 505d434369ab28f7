# 市县联动审批平台。只需要 Python 3.11（含 venv 模块）和 make；其余都装进 .venv/。

PYTHON ?=
PORT ?= 8000
ARGS ?=
venv := .venv/bin
pip := $(venv)/python -m pip install -qq --disable-pip-version-check --require-hashes
plain := env -u DATABASE_URL -u REDIS_URL -u CELERY_BROKER_URL
export_flags := --frozen --quiet --no-header --no-annotate --no-default-groups

.DEFAULT_GOAL := help
.PHONY: help run test demo bench faults lint format docs lock clean \
  check-style check-types check-floors check-migrations check-pages check-lists

help: ## 显示这份说明
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.stamp ## 启动演示平台：网站、后台任务、示例数据（PORT=8000）
	@$(venv)/python manage.py serve --port $(PORT) --with-parent

test: .venv/test.stamp ## 在 SQLite 上跑测试，不需要别的软件（ARGS="-k 补正"）
	@$(plain) $(venv)/python -m pytest -m "not postgres and not browser and not poppler" $(ARGS)

demo: .venv/run.stamp ## 三种方式各办一件真实事项，从受理到监管单位认领
	@$(venv)/python manage.py demo $(ARGS)

bench: .venv/test.stamp ## 在本机 PostgreSQL 上量一遍，结果写进 benchmarks/results/
	$(venv)/python -m benchmarks.lifecycle $(ARGS)
	$(venv)/python -m benchmarks.push $(ARGS)
	$(venv)/python -m benchmarks.letters

faults: .venv/test.stamp ## 坏日子演练：在本机 PostgreSQL 和 Redis 上 1000 件决定、真进程、kill -9（FAULT_DECISIONS= FAULT_SEED=）
	FAULT_DECISIONS=$${FAULT_DECISIONS:-1000} FAULT_SEED=$${FAULT_SEED:-$$(date +%s)} $(venv)/python -m pytest tests/faults -q -s $(ARGS)

lint: check-style check-types check-floors check-migrations check-pages check-lists ## 规范、类型、楼层、迁移、生成文件是否过时

check-style: .venv/ci.stamp
	$(venv)/ruff check .
	$(venv)/ruff format --check .
check-types: .venv/ci.stamp
	$(venv)/mypy
check-floors: .venv/ci.stamp
	$(venv)/lint-imports
check-migrations: .venv/ci.stamp
	DATABASE_URL=sqlite://:memory: $(venv)/python manage.py makemigrations --check --dry-run
check-pages: .venv/ci.stamp
	$(venv)/python manage.py glossary --check
	$(venv)/python manage.py workflow_docs --check
check-lists: .venv/ci.stamp
	$(venv)/uv lock --check --quiet
	@$(call exported,--extra prod) | diff requirements.txt - || $(stale)
	@$(call exported,--only-group test) | diff tests/requirements.txt - || $(stale)
	@$(call exported,--only-group browser --only-group lint) | diff .ci/requirements.txt - || $(stale)

format: .venv/ci.stamp ## 按规范重排代码
	$(venv)/ruff check --fix .
	$(venv)/ruff format .

docs: .venv/run.stamp ## 重新生成 docs/ 中由程序得出的页面
	$(venv)/python manage.py glossary
	$(venv)/python manage.py workflow_docs

screenshots: .venv/ci.stamp ## 重拍 docs/screenshots/ 里的界面图，需要 Chromium 和中文字体（ARGS="case login"）
	@$(plain) $(venv)/python docs/screenshots/take.py $(ARGS)

lock: .venv/ci.stamp ## 改了 pyproject.toml 之后：更新 uv.lock 和三份导出的清单
	$(venv)/uv lock
	$(call exported,--extra prod) > requirements.txt
	$(call exported,--only-group test) > tests/requirements.txt
	$(call exported,--only-group browser --only-group lint) > .ci/requirements.txt

clean: ## 删除 .venv/ 和演示数据 var/
	rm -rf .venv var

exported = $(venv)/uv export $(export_flags) $(1)
stale = { echo "清单与 uv.lock 不一致：请执行 make lock"; exit 1; }

# ---- 安装：清单带散列，只在清单变化时重装

.venv/run.stamp: requirements.txt | $(venv)/python
	@echo "安装运行所需的软件包（首次约半分钟）……"
	@$(venv)/python -m pip --version >/dev/null 2>&1 || $(venv)/python -m ensurepip >/dev/null
	@$(pip) -r requirements.txt
	@touch $@

.venv/test.stamp: tests/requirements.txt .venv/run.stamp
	@$(pip) -r tests/requirements.txt
	@touch $@

.venv/ci.stamp: .ci/requirements.txt .venv/test.stamp
	@$(pip) -r .ci/requirements.txt
	@touch $@

$(venv)/python:
	@right=; \
	for python in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
	  $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1 || continue; \
	  right=$$python; \
	  if $$python -c 'import venv, ensurepip' >/dev/null 2>&1; then $$python -m venv --clear .venv && exit 0; fi; \
	done; \
	if [ -n "$$right" ]; then \
	  echo "$$right 缺少 venv 模块。Debian/Ubuntu 请先执行：sudo apt-get install python3-venv"; \
	else \
	  echo "没有找到 Python 3.11–3.13。Debian 12/Ubuntu 24.04 请先执行：sudo apt-get install python3 python3-venv"; \
	  echo "macOS：brew install python@3.11。已装在别处时：make run PYTHON=/路径/python3.11"; \
	fi; exit 1
