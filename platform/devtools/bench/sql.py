"""The reads of the bench as SQL that builds the whole answer: the limit that they are held to."""

# ruff: noqa: S608  (put together of literals only)

from typing import Final


def _id(type_name: str, column: str) -> str:
    return f"encode(convert_to('{type_name}:' || {column}, 'UTF8'), 'base64')"


def _text(column: str) -> str:
    return f"coalesce({column} ->> 'en', {column} ->> (SELECT language FROM brand_settings))"


def _money(amount: str, currency: str) -> str:
    return f"json_build_object('amount', {amount}, 'currency', {currency})"


def _list(select: str) -> str:
    """The column `x` of a select, as a JSON array."""
    return f"(SELECT coalesce(json_agg(x), '[]') FROM ({select}) AS rows)"


_BY_PLACE: Final = "'arrayconnection:' || least(count(*), %(first)s) - 1"
"""The last cursor of a page that counts its rows."""


def _connection(name: str, select: str) -> str:
    """A first page: `select` has the columns n, counted from 1, and x, and one row too many."""
    return _data(f"'{name}', ({_page(select, _BY_PLACE)})")


def _data(fields: str) -> str:
    """The whole answer, of names and values."""
    return f"SELECT json_build_object('data', json_build_object({fields}))"


def _page(select: str, cursor: str) -> str:
    """A first page as an object, which ends with `cursor`."""
    return f"""
        SELECT json_build_object(
            'edges', coalesce(
                json_agg(json_build_object('node', x) ORDER BY n) FILTER (WHERE n <= %(first)s),
                '[]'),
            'pageInfo', json_build_object(
                'hasNextPage', count(*) > %(first)s,
                'endCursor', translate(encode(convert_to({cursor}, 'UTF8'), 'base64'), E'\\n', '')))
        FROM ({select} LIMIT %(first)s + 1) AS page"""


_MEDIA: Final = f"""
    SELECT json_build_object('url', file, 'width', width, 'height', height,
                             'alt', {_text("alt")}) AS x
    FROM catalog_media WHERE service_id = s.id ORDER BY position, id"""
_STOREFRONT: Final = f"""
    SELECT row_number() OVER (ORDER BY s.position, s.id) AS n, json_build_object(
        'id', {_id("Service", "s.id")},
        'name', {_text("v.name")},
        'kind', upper(s.kind),
        'category', json_build_object('id', {_id("Category", "c.id")}, 'name', {_text("c.name")}),
        'priceFrom', CASE WHEN s.price_from IS NOT NULL
            THEN {_money("s.price_from", "s.price_currency")} END,
        'media', {_list(_MEDIA)},
        'rating', json_build_object(
            'average', s.rating_sum::float8 / nullif(s.rating_count, 0), 'count', s.rating_count)
    ) AS x
    FROM catalog_service s
    JOIN catalog_category c ON c.id = s.category_id
    JOIN catalog_serviceversion v ON v.id = s.version_id
    WHERE s.state = 'published' AND c.active
    ORDER BY s.position, s.id"""
_CARD: Final = f"""json_build_object(
        'id', {_id("Service", "s.id")},
        'name', {_text("v.name")},
        'kind', upper(s.kind),
        'priceFrom', CASE WHEN s.price_from IS NOT NULL
            THEN {_money("s.price_from", "s.price_currency")} END,
        'media', {_list(_MEDIA)},
        'rating', json_build_object(
            'average', s.rating_sum::float8 / nullif(s.rating_count, 0),
            'count', s.rating_count))"""
_ON_SALE: Final = """catalog_service s
    JOIN catalog_category c ON c.id = s.category_id
    JOIN catalog_serviceversion v ON v.id = s.version_id
    WHERE s.state = 'published' AND c.active"""
_BELOW: Final = f"""
    SELECT json_build_object('id', {_id("Category", "b.id")}, 'name', {_text("b.name")}) AS x
    FROM catalog_category b WHERE b.parent_id = top.id AND b.active ORDER BY b.position, b.id"""
_SHELF: Final = f"""
    SELECT json_build_object(
        'edges', coalesce(json_agg(json_build_object('node', x) ORDER BY n) FILTER (WHERE n <= 4),
                          '[]'),
        'pageInfo', json_build_object('hasNextPage', count(*) > 4))
    FROM (SELECT row_number() OVER (ORDER BY s.position, s.id) AS n, {_CARD} AS x
          FROM {_ON_SALE} AND c.id = top.id ORDER BY s.position, s.id LIMIT 5) AS page"""
_SHELVES: Final = f"""
    SELECT json_build_object('id', {_id("Category", "top.id")}, 'name', {_text("top.name")},
        'children', {_list(_BELOW)}, 'services', ({_SHELF})) AS x
    FROM catalog_category top WHERE parent_id IS NULL AND active ORDER BY position, id"""
_POPULAR: Final = f"""
    SELECT {_CARD} AS x FROM {_ON_SALE}
    ORDER BY s.chosen_count DESC, s.position, s.id LIMIT 12"""
_ALL: Final = f"""
    SELECT row_number() OVER (ORDER BY s.position, s.id) AS n, s.position, s.id, {_CARD} AS x
    FROM {_ON_SALE} ORDER BY s.position, s.id"""


def _last(column: str) -> str:
    """The value of `column` in the last row of a page."""
    return f"(array_agg({column}::text ORDER BY n))[least(count(*), %(first)s)]"


_PLACE: Final = f"""'"' || {_last("position")} || '","' || {_last("id")} || '"'"""
_HOME: Final = _data(
    f"""'categories', {_list(_SHELVES)}, 'recommendations', {_list(_POPULAR)},
        'catalogSearch', ({_page(_ALL, f"'orderedcursor:[' || {_PLACE} || ']'")})"""
)
_FOUND: Final = f"""
    SELECT row_number() OVER (ORDER BY relevance DESC, s.position, s.id) AS n,
        relevance, s.position, s.id, {_CARD} AS x
    FROM ({{search}}) AS found
    JOIN catalog_service s USING (id) JOIN catalog_serviceversion v ON v.id = s.version_id
    ORDER BY relevance DESC, s.position, s.id"""
_RELEVANT: Final = f"""'orderedcursor:["' || {_last("relevance")} || '",' || {_PLACE} || ']'"""
_SEARCH: Final = _data(f"'catalogSearch', ({_page(_FOUND, _RELEVANT)})")
_STOPS: Final = f"""
    SELECT json_build_object('id', {_id("Stop", "id")}, 'position', position, 'kind', upper(kind),
        'state', upper(state), 'latitude', latitude, 'longitude', longitude) AS x
    FROM orders_stop WHERE order_id = o.id ORDER BY position"""
_ITEMS: Final = """
    SELECT json_build_object('name', name, 'quantity', quantity) AS x
    FROM orders_item WHERE order_id = o.id ORDER BY position"""
_LINES: Final = f"""
    SELECT json_build_object('code', upper(code), 'text', {_text("label")},
        'amount', {_money("amount", "q.currency")}) AS x
    FROM pricing_quoteline WHERE quote_id = q.id ORDER BY position"""
_HISTORY: Final = """
    SELECT json_build_object('seq', seq, 'kind', kind, 'at', at, 'by', upper(data ->> 'by'),
        'toState', upper(data ->> 'to')) AS x
    FROM journal_event WHERE stream = 'order:' || o.id AND kind LIKE 'order.%%' ORDER BY seq"""
_ROOTS: Final = f"""
    SELECT json_build_object('id', {_id("Category", "top.id")}, 'name', {_text("top.name")},
        'children', {_list(_BELOW)}) AS x
    FROM catalog_category top WHERE parent_id IS NULL AND active ORDER BY position, id"""
_FIRST: Final = f"""
    SELECT row_number() OVER (ORDER BY s.position, s.id) AS n, {_CARD} AS x
    FROM {_ON_SALE} ORDER BY s.position, s.id"""
_SCREEN: Final = _data(
    f"""'categories', {_list(_ROOTS)}, 'recommendations', {_list(_POPULAR)},
        'services', ({_page(_FIRST, _BY_PLACE)})"""
)
_PLAIN: Final = f"""
    SELECT json_build_object('node', json_build_object(
        'id', {_id("Service", "s.id")}, 'name', {_text("v.name")}, 'kind', upper(s.kind),
        'durationMinutes', s.duration_minutes,
        'priceFrom', CASE WHEN s.price_from IS NOT NULL
            THEN {_money("s.price_from", "s.price_currency")} END)) AS x
    FROM {_ON_SALE} AND c.id = top.id ORDER BY s.position, s.id LIMIT %(first)s"""
_FILLED: Final = f"""
    SELECT json_build_object('id', {_id("Category", "top.id")}, 'name', {_text("top.name")},
        'services', json_build_object('edges', {_list(_PLAIN)})) AS x
    FROM catalog_category top WHERE parent_id IS NULL AND active ORDER BY position, id"""
_ORDER: Final = f"""
    SELECT json_build_object('data', json_build_object('order', (SELECT json_build_object(
        'id', {_id("Order", "o.id")}, 'number', o.number, 'state', upper(o.state),
        'placedAt', o.placed_at, 'serviceName', {_text("v.name")},
        'total', {_money("o.total", "o.currency")},
        'courier', CASE WHEN c.id IS NOT NULL THEN json_build_object(
            'displayName', c.display_name,
            'rating', round(c.rating_sum::numeric / nullif(c.rating_count, 0), 2)) END,
        'payment', json_build_object('state', upper(p.state)),
        'stops', {_list(_STOPS)},
        'items', {_list(_ITEMS)},
        'quote', json_build_object('distanceMeters', q.distance_meters, 'lines', {_list(_LINES)}),
        'history', {_list(_HISTORY)})
    FROM orders_order o
    JOIN catalog_serviceversion v ON v.id = o.version_id
    JOIN pricing_quote q ON q.id = o.quote_id
    JOIN payments_payment p ON p.order_id = o.id
    LEFT JOIN couriers_courier c ON c.id = o.courier_id
    WHERE o.id = %(id)s AND o.customer_id = %(person)s)))"""
_BOARD: Final = f"""
    SELECT row_number() OVER (ORDER BY o.placed_at DESC, o.id) AS n, json_build_object(
        'id', {_id("Order", "o.id")}, 'number', o.number, 'state', upper(o.state),
        'urgent', o.urgent, 'placedAt', o.placed_at, 'serviceName', {_text("v.name")},
        'total', {_money("o.total", "o.currency")},
        'courier', CASE WHEN c.id IS NOT NULL
            THEN json_build_object('displayName', c.display_name) END) AS x
    FROM orders_order o
    JOIN catalog_serviceversion v ON v.id = o.version_id
    LEFT JOIN couriers_courier c ON c.id = o.courier_id
    ORDER BY o.placed_at DESC, o.id"""

READS: Final = {
    "storefront": _connection("services", _STOREFRONT),
    "order": _ORDER,
    "board": _connection("orders", _BOARD),
    "home": _HOME,
    "search": _SEARCH,
    "screen": _SCREEN,
    "nested": _data(f"'categories', {_list(_FILLED)}"),
}
"""By operation: one statement whose one value is the response. Takes `first`, or `id` and `person`.

In `search`, `{search}` stands for the product's statement that finds, in the SQL of which a percent
sign is doubled.

`url` is the file's path, which has still to be signed.
"""

AUTHENTICATE: Final = """
    SELECT s.person_id, coalesce(bool_or(r.rights ? 'orders_read'), false)
    FROM access_session s
    JOIN access_person p ON p.id = s.person_id
    LEFT JOIN access_grant g ON g.person_id = p.id
    LEFT JOIN access_role r ON r.id = g.role_id
    WHERE s.token_digest = %s AND s.revoked_at IS NULL AND s.expires_at > now() AND p.active
    GROUP BY s.person_id"""
"""Who holds a session, by the digest of its token, and whether they may read every order."""
