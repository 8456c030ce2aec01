"""The catalogue's operations, as a client would send them."""

CATEGORY_SAVE = """
mutation ($input: CategorySaveInput!) { categorySave(input: $input) {
  __typename
  ... on CategorySaveSuccess { category { id name active position parent { id } } }
  ... on UserError { code message }
  ... on InvalidInputError { field }
  ... on NotFoundError { what }
} }
"""
SERVICE_SAVE = """
mutation ($input: ServiceSaveInput!) { serviceSave(input: $input) {
  __typename
  ... on ServiceSaveSuccess { service {
    id state name versionNumber kind priceFrom { amount }
    stops { kind photo pin }
    asked { weight items parcelCode duration insuredValue urgent }
    draft { names { language text } revision descriptions { text } durationMinutes stops { kind } }
  } }
  ... on UserError { code message }
  ... on InvalidInputError { field }
  ... on NotFoundError { what }
  ... on ServiceChangedError { revision savedAt byYourself }
} }
"""
SERVICE_PUBLISH = """
mutation ($input: ServicePublishInput!) { servicePublish(input: $input) {
  __typename
  ... on ServicePublishSuccess { service { id state name versionNumber priceFrom { amount } } }
  ... on UserError { code }
  ... on NotFoundError { what }
} }
"""
SERVICE_DELIST = """
mutation ($input: ServiceDelistInput!) { serviceDelist(input: $input) {
  __typename
  ... on ServiceDelistSuccess { service { state versionNumber } }
  ... on UserError { code }
} }
"""
MEDIA_ADD = """
mutation ($input: ServiceMediaAddInput!) { serviceMediaAdd(input: $input) {
  __typename
  ... on ServiceMediaAddSuccess { media { id url width height alt } }
  ... on UserError { code }
  ... on InvalidInputError { field }
} }
"""
MEDIA_REMOVE = """
mutation ($input: ServiceMediaRemoveInput!) { serviceMediaRemove(input: $input) {
  __typename
  ... on ServiceMediaRemoveSuccess { mediaId }
  ... on UserError { code }
} }
"""
CATEGORIES = """
{ categories { id name active children { name children { name } } } }
"""
STOREFRONT = """
query ($kind: ServiceKind, $categoryId: ID, $first: Int) {
  services(kind: $kind, categoryId: $categoryId, first: $first) {
    totalCount
    edges { node {
      id name summary description kind durationMinutes
      category { id name }
      media { url width height alt }
      priceFrom { amount currency formatted }
      rating { average count }
      stops { kind photo pin }
      asked { weight items parcelCode duration insuredValue urgent }
    } }
  }
}
"""
SERVICE = """
query ($id: ID!) { service(id: $id) { id name state draft { names { text } } } }
"""
DRAFTS = """
query ($state: ServiceState, $category: ID, $text: String! = "") {
  draftServices(state: $state, categoryId: $category, text: $text) { edges { node {
  name state versionNumber draft { names { language text } updatedAt }
} } } }
"""
