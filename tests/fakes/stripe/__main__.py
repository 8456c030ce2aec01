"""`python -m tests.fakes.stripe --port 12111`: serve until killed."""

import argparse

from tests.fakes.stripe.server import FakeStripe


def main() -> None:
    """Print the address, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.stripe")
    parser.add_argument("--port", type=int, default=12111, help="0 takes a free one")
    parser.add_argument("--key", default="sk_test_fake", help="the secret key that it answers to")
    options = parser.parse_args()
    with FakeStripe(port=options.port, key=options.key) as server:
        print(server.url, flush=True)  # noqa: T201
        server.serve_forever()


if __name__ == "__main__":
    main()
