"""The operations of prices, as a client would send them."""

RULE_SAVE = """
mutation ($input: PriceRuleSaveInput!) { priceRuleSave(input: $input) {
  __typename
  ... on PriceRuleSaveSuccess { rule {
    id step label service { id } params when priority roundTo rounding validFrom validUntil active
  } }
  ... on UserError { code }
  ... on InvalidInputError { field }
  ... on NotFoundError { what }
} }
"""
RULE_REMOVE = """
mutation ($input: PriceRuleRemoveInput!) { priceRuleRemove(input: $input) {
  __typename
  ... on PriceRuleRemoveSuccess { ruleId }
  ... on UserError { code }
} }
"""
RULES = """
query ($serviceId: ID) { priceRules(serviceId: $serviceId) { edges { node {
  step label service { name } params
} } } }
"""
TARIFF_PUBLISH = """
mutation { tariffPublish {
  __typename
  ... on TariffPublishSuccess { tariff {
    number currency rules { step serviceId labels { text } params }
  } }
  ... on UserError { code message }
} }
"""
TARIFFS = "{ tariffs { edges { node { number currency publishedAt } } } }"
QUOTE_CREATE = """
mutation ($input: QuoteCreateInput!) { quoteCreate(input: $input) {
  __typename
  ... on QuoteCreateSuccess { quote {
    id distanceMeters distanceMethod expiresAt
    version { name number }
    total { amount currency formatted }
    lines { code text amount { amount currency } inputs }
  } }
  ... on UserError { code message }
  ... on InvalidInputError { field }
  ... on NotFoundError { what }
  ... on OutsideZonesError { position nearestZone }
  ... on OrdersPausedError { until pauseMessage: message }
} }
"""
QUOTE = """
query ($id: ID!) { node(id: $id) { ... on Quote { total { amount } lines { text } } } }
"""
