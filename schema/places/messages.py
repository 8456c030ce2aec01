"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "OUTSIDE_ZONES": {
        "en": "This address is outside the area we serve. The nearest zone is {nearest_zone}.",
        "zh-Hans": "该地址不在服务范围内,最近的服务区域是{nearest_zone}。",
    },
    "TOO_MANY": {
        "en": "There are {limit} already, which is as many as there can be.",
        "zh-Hans": "数量已达上限({limit})。",
    },
}
