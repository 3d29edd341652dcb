"""What `shopstead up` runs when no URL is configured: PostgreSQL, a broker, the Stripe sandbox and a mail catcher."""
