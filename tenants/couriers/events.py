"""What higher apps may listen to. No stream: a courier's standing is its row."""

ON_DUTY = "courier.on_duty"
