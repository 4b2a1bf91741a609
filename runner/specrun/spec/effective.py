"""A project with what it takes from its platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from specrun.spec.convert import convert
from specrun.spec.layers import Layer, Layered
from specrun.spec.leaves import Leaves
from specrun.spec.models import Project

if TYPE_CHECKING:
    from specrun.spec.library import Resolved

INHERITED = ("commands", "paths", "tools", "env")
"""What a project has over its platform's: maps merge deeply, lists are replaced."""


def effective(project: Resolved) -> Resolved:
    """The project with its platform's commands, paths, tools and environment under its own.

    Raises SpecError if the two do not fit together.
    """
    (platform,) = project.parts["platform"]
    inherited = {key: platform.data[key] for key in INHERITED if platform.data.get(key) is not None}
    own = Layer(project.data, project.layered)
    # The project's own layer stands first too: what neither layer has is missed at a place in the project.
    layered = Layered((own, Layer(inherited, platform.layered), own))
    model = convert(layered, Project, Leaves(project.path.parent, project.root))
    return msgspec.structs.replace(project, model=model, layered=layered)


def effective_project(project: Resolved) -> Project:
    """The typed model of `effective`. Raises SpecError."""
    model = effective(project).model
    assert isinstance(model, Project)
    return model
