"""How does a help page name a menu entry or an act? By the word that stands on the page itself, so that it never goes stale."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from approvals.cases.words import Action, State

register = template.Library()


@register.simple_tag
def menu(label: str) -> SafeString:
    """A menu entry by its word; a test holds each of them against the menu of the role."""
    return format_html('<b class="menu-word">{}</b>', label)


@register.simple_tag
def act(name: str) -> SafeString:
    """An act by its button: {% act "REQUEST_CORRECTION" %} is 一次性告知补正."""
    return format_html('<b class="act-word">{}</b>', Action(name).label)


@register.simple_tag
def state(name: str) -> SafeString:
    return format_html("“{}”", State(name).label)
