"""What all sections have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A mapping whose keys are all known and whose values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
