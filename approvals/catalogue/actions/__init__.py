"""Who changes the catalogue? Only these functions; each leaves the stamp by which other processes notice."""

from approvals.catalogue.actions.contacts import keep_contact
from approvals.catalogue.actions.delegations import Grant, Granted, end_delegation, end_many, grant_many
from approvals.catalogue.actions.drafts import add_item, drop_draft, remove_item, save_item
from approvals.catalogue.actions.editions import (
    EditionIncomplete,
    Published,
    check_edition,
    copy_edition,
    publish_edition,
    reopen_edition,
    save_edition,
    supersede,
)
from approvals.catalogue.actions.granting import grant_again
from approvals.catalogue.actions.guides import GuideRaises, drop_guide, publish_guide, save_guide, start_guide
from approvals.catalogue.actions.loading import Loaded, load, refuse_overlaps
from approvals.catalogue.actions.records import record, record_by_hand
from approvals.catalogue.actions.stamping import touch
from approvals.catalogue.actions.supervising import settle_supervision

__all__ = [
    "EditionIncomplete",
    "Grant",
    "Granted",
    "GuideRaises",
    "Loaded",
    "Published",
    "add_item",
    "check_edition",
    "copy_edition",
    "drop_draft",
    "drop_guide",
    "end_delegation",
    "end_many",
    "grant_again",
    "grant_many",
    "keep_contact",
    "load",
    "publish_edition",
    "publish_guide",
    "record",
    "record_by_hand",
    "refuse_overlaps",
    "remove_item",
    "reopen_edition",
    "save_edition",
    "save_guide",
    "save_item",
    "settle_supervision",
    "start_guide",
    "supersede",
    "touch",
]
