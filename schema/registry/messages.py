"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "SLUG_TAKEN": {
        "en": "Another operator has this subdomain.",
        "zh-Hans": "该子域名已被其他运营商使用。",
    },
}
