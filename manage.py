#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "migrate" in sys.argv[1:2]:
        os.environ.setdefault("STATEMENT_TIMEOUT", "0")  # a table of millions of rows takes longer than any page
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
