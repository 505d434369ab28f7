"""Who changes the catalogue? Only these functions; each leaves the stamp by which other processes notice."""

from approvals.catalogue.actions.delegations import end_delegation
from approvals.catalogue.actions.granting import grant_again
from approvals.catalogue.actions.loading import Loaded, load, refuse_overlaps
from approvals.catalogue.actions.stamping import touch

__all__ = ["Loaded", "end_delegation", "grant_again", "load", "refuse_overlaps", "touch"]
