"""Is a secondary ready to take a build, before it has to? Pure."""
