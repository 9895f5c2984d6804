"""The only package that talks to Azure: credentials, one request pipeline, wire to model."""
