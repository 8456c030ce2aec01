"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "OUTSIDE_ZONES": {
        "en": "This address is outside the area we serve. The nearest place that we serve is"
        " {nearest_place} ({nearest_zone}), {distance_meters} m away.",
        "zh-Hans": "该地址不在服务范围内,最近的可服务地点是{nearest_place}({nearest_zone}),"
        "距离约 {distance_meters} 米。",
    },
    "SERVICE_NOT_COVERED": {
        "en": "This service is not offered in any area at present.",
        "zh-Hans": "该服务目前尚未在任何区域开放。",
    },
    "MAP_UNAVAILABLE": {
        "en": "The map does not answer at present. Please try again in a moment.",
        "zh-Hans": "地图服务暂时不可用,请稍后重试。",
    },
    "TOO_MANY": {
        "en": "There are {limit} already, which is as many as there can be.",
        "zh-Hans": "数量已达上限({limit})。",
    },
}
