"""The way out to people's phones: a port, and the gateway that prints."""

import sys
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from kernel.tenancy import TenantRef, current_scope


class SmsGateway(Protocol):
    """Sends text messages; `settings.SMS_GATEWAY` names the class."""

    def send_code(self, phone: str, code: str) -> None:
        """Send the secret `code` to `phone` (E.164), in the name of the bound scope."""


class ConsoleGateway:
    """Prints each message on standard output, for the demo and for development."""

    def send_code(self, phone: str, code: str) -> None:
        """One line: who, to which phone, which code."""
        scope = current_scope()
        sender = scope.slug if isinstance(scope, TenantRef) else scope.label
        sys.stdout.write(f"SMS {sender} to {phone}: your code is {code}\n")
        sys.stdout.flush()


@cache
def sms_gateway() -> SmsGateway:
    """The gateway that the settings name."""
    gateway: SmsGateway = import_string(settings.SMS_GATEWAY)()
    return gateway
