"""What people and Prometheus see: metrics, status page, API, health endpoints."""
