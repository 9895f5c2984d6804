"""aibwatch keeps golden-image builds coming when an Azure region fails."""

__version__ = "0.1.0"
