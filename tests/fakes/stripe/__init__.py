"""A stateful fake of the Stripe API over HTTP.

    python -m tests.fakes.stripe --port 12111        # a process of its own; prints its address
    with running_fake() as stripe: ...               # a thread of a test's (see `client`)

What it answers to is what Stripe's reference says of the API version the SDK pins: objects with
ids by prefix, form-encoded nested parameters (an unknown one is an error), idempotency keys,
errors in Stripe's shape, pages, expansion, `Stripe-Account`. Money moves as test cards say.
Time stands with the machine's until it is advanced; then trials end, invoices are drawn up,
finalised, paid or tried again. Every change makes an event, and each webhook endpoint has it
delivered, signed; a test holds, reorders, doubles, drops or spoils deliveries through `/_fake/`.

| module | what it plays |
|---|---|
| `server`, `forms`, `params`, `routes`, `idempotency`, `errors` | HTTP and its rules |
| `world` | accounts, objects, events, the one clock |
| `deliveries` | webhook endpoints and what is sent to them |
| `control` | `/_fake/`: what a browser, a bank, time or an accident would do |
| `customers`, `catalogue`, `payment_methods`, `payment_intents`, `refunds` | payments |
| `subscriptions`, `renewals`, `prorations`, `invoices`, `invoice_items` | Billing |
| `checkout`, `portal` | what Stripe hosts for browsers |
| `connect`, `transfers` | other people's accounts |

A resource is a module of functions under `@route(...)`; importing it in `resources.py` is all that
a new one needs. Objects are the JSON that the API shows; keys that begin with `_` are our own and
never leave.
"""
