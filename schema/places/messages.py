"""What refusals of this part say to a person."""

MESSAGES: dict[str, dict[str, str]] = {
    "OUTSIDE_ZONES": {
        "en": "This address is outside the area we serve. The nearest place that we serve is"
        " {nearest_place} ({nearest_zone}), {distance_meters} m away.",
        "zh-Hans": "该地址不在服务范围内，最近的可服务地点是{nearest_place}（{nearest_zone}），"
        "距离约 {distance_meters} 米。",
    },
    "SERVICE_NOT_COVERED": {
        "en": "This service is not offered in any area at present.",
        "zh-Hans": "该服务目前尚未在任何区域开放。",
    },
    "MAP_UNAVAILABLE": {
        "en": "The map does not answer at present. Please try again in a moment.",
        "zh-Hans": "地图服务暂时不可用，请稍后重试。",
    },
    "TOO_MANY": {
        "en": "There are {limit} already, which is as many as there can be.",
        "zh-Hans": "数量已达上限（{limit}）。",
    },
}

REASONS: dict[str, str] = {
    "a year from {} to {}": "年份应为 {0} 至 {1}",
    "latitude is between -90 and 90, longitude between -180 and 180": "纬度应在 -90 至 90 之间，"
    "经度应在 -180 至 180 之间",
    "at most {} dates": "最多 {0} 个日期",
    "at most {} spans a day": "每天最多 {0} 个时段",
    "{} comes twice": "{0} 重复",
    "{} is no day like mon or mon-fri": "{0} 不是有效的星期，应如 mon 或 mon-fri",
    "{} is no span like 08:00-20:00": "{0} 不是有效时段，应如 08:00-20:00",
    'a GeoJSON object with "type": "Polygon" or "MultiPolygon" is expected': "应为 type 是 "
    "Polygon 或 MultiPolygon 的 GeoJSON 对象",
    "at most {} points": "最多 {0} 个点",
    "coordinates are a list of polygons": "coordinates 应为多边形列表",
    "coordinates are a list of rings, the exterior one first": "coordinates 应为环的列表，外环在前",
    "latitude and longitude seem to have changed places: longitude comes first": "经纬度似乎颠"
    "倒了：经度在前",
    "the area is empty, or less than {} m²": "区域为空，或小于 {0} 平方米",
    "the area is more than {} km²": "区域超过 {0} 平方公里",
    "{} has fewer than 4 points": "{0} 少于 4 个点",
    "{} is not closed: its last point must be its first": "{0} 没有闭合：首尾点须相同",
    "{} is not on the earth (longitude comes first)": "{0} 不在地球上（经度在前）",
    "{}, point {} is more than 180° of longitude from the one before: cut the area in "
    "two at the antimeridian, as a MultiPolygon": "{0} 的点 {1} 与前一点经度相差"
    "超过 180°：请在日期变更线处将区域分为两块（MultiPolygon）",
    "{}: a point is [longitude, latitude] in degrees": "{0}：点应为 [经度, 纬度]，单位为度",
    "a {} cannot lie {}": "{0}的位置不对（{1}）",
    "a {} cannot lie alone": "{0}须位于其他地点之内",
    "a {} cannot lie by itself": "{0}须位于其他地点之内",
    "a {} cannot lie in a {}": "{0}不能位于{1}之内",
    "a {} lies in it, which cannot lie in a {}": "其中有{0}，不能位于{1}之内",
    "places nest at most {} deep": "地点最多 {0} 层",
    "row {} says it already": "与第 {0} 行重复",
    "there are {} of this name": "有 {0} 个同名地点",
    "where it is must be said": "须填写位置",
    "{} is no number of degrees": "{0} 不是有效的度数",
    "no place {}, in the rows above or before them": "前面的行或现有地点中没有 {0}",
    "{} places {}, in the rows above or before them": "前面的行或现有地点中有 {0} 个 {1}",
    "{} {}, in the rows above or before them": "{0} {1}（须在前面的行中或已存在）",
    "a place cannot lie within itself": "地点不能位于自身之内",
    "between 1 and {} of them, first to last": "从首到尾应为 1 至 {0} 个",
    "floors are in a building": "楼层须位于楼栋内",
    "{} is missing in it": "其中缺少 {0}",
    'a GeoJSON object with "type": "Feature" is expected': "应为 type 是 Feature 的 GeoJSON 对象",
    'a GeoJSON object with "type": "FeatureCollection" is expected': "应为 type 是 "
    "FeatureCollection 的 GeoJSON 对象",
    "a list of features is expected, and not an empty one": "features 应为非空列表",
    "a list of services' ids is expected": "应为服务编号的列表",
    "a text is expected": "应为文字",
    "an object is expected": "应为对象",
    "the coordinates must be WGS 84 (EPSG:4326)": "坐标须为 WGS 84（EPSG:4326）",
    "this is no JSON ({})": "不是有效的 JSON（{0}）",
    "this is the zone of {} again": "与 {0} 是同一区域",
    "{} has the same name": "与 {0} 同名",
    "{} zones have this name: say ids": "有 {0} 个同名区域，请给出编号",
    "a GeoJSON geometry is expected": "应为 GeoJSON 图形",
}
"""What is wrong with an input, in zh-Hans, by how it is said in English: `{}` is a fact."""
