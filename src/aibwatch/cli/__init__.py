"""One file per subcommand; machine output on stdout, everything else on stderr."""
