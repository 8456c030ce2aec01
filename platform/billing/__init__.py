"""What operators pay the platform: plans, metering, subscriptions."""
