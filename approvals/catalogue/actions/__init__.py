"""Who changes the catalogue? Only these functions; each leaves the stamp by which other processes notice."""

from approvals.catalogue.actions.agreements import (
    attach_to_agreement,
    draft_agreement,
    end_agreement,
    save_agreement,
    sign_agreement,
)
from approvals.catalogue.actions.contacts import keep_contact
from approvals.catalogue.actions.delegations import Grant, Granted, end_many, grant_many
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
from approvals.catalogue.actions.granting import end_delegation, grant_again
from approvals.catalogue.actions.guides import GuideRaises, drop_guide, publish_guide, save_guide, start_guide
from approvals.catalogue.actions.lawdocs import amend_document, register_document
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
    "amend_document",
    "attach_to_agreement",
    "check_edition",
    "copy_edition",
    "draft_agreement",
    "drop_draft",
    "drop_guide",
    "end_agreement",
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
    "register_document",
    "remove_item",
    "reopen_edition",
    "save_agreement",
    "save_edition",
    "save_guide",
    "save_item",
    "settle_supervision",
    "sign_agreement",
    "start_guide",
    "supersede",
    "touch",
]
