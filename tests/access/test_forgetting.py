"""What is over of people's signing in is dropped, and nothing that still counts."""

from datetime import datetime, timedelta

import pytest

from kernel import clock
from kernel.tenancy import TenantRef, tenant_scope
from tenants.access.models import ApiKey, Attempt, PhoneCode, SecurityEvent, Session
from tenants.access.services.forgetting import signing_in_forget
from tests.access.test_api_keys import key_for
from tests.access.test_phone import Phone, other_code
from tests.support.graphql import Api


@pytest.fixture
def phone(alpha: TenantRef, capsys: pytest.CaptureFixture[str]) -> Phone:
    return Phone(Api("alpha.localhost"), capsys)


def forget(tenant: TenantRef, *, at: datetime) -> tuple[int, int, int]:
    """How many attempts, codes and sessions are left."""
    with tenant_scope(tenant):
        signing_in_forget(at=at)
        return Attempt.objects.count(), PhoneCode.objects.count(), Session.objects.count()


def test_what_still_counts_stays(alpha: TenantRef, phone: Phone):
    code = phone.code()
    for _ in range(5):
        phone.sign_in(other_code(code))
    with tenant_scope(alpha):
        before = Attempt.objects.count(), PhoneCode.objects.count(), 0
    assert forget(alpha, at=clock.now() + timedelta(hours=23)) == before
    assert phone.sign_in(code)["code"] == "TOO_MANY_ATTEMPTS"


def test_it_goes_in_its_time_and_the_security_log_stays(alpha: TenantRef, phone: Phone):
    assert "token" in phone.sign_in(phone.code())
    code = phone.code("+8613900002222")
    for _ in range(6):
        phone.sign_in(other_code(code), "+8613900002222")
    with tenant_scope(alpha):
        events = SecurityEvent.objects.count()
        (session,) = Session.objects.all()
    assert events
    day, month = timedelta(days=1, hours=1), timedelta(days=30)
    assert forget(alpha, at=clock.now() + day) == (0, 0, 1)
    assert forget(alpha, at=session.expires_at + month) == (0, 0, 1)
    assert forget(alpha, at=session.expires_at + month + day) == (0, 0, 0)
    with tenant_scope(alpha):
        assert SecurityEvent.objects.count() == events


def test_a_session_that_was_ended_goes_after_a_month(alpha: TenantRef, phone: Phone):
    phone.sign_in(phone.code())
    with tenant_scope(alpha):
        Session.objects.update(revoked_at=clock.now())
    assert forget(alpha, at=clock.now() + timedelta(days=29))[2] == 1
    assert forget(alpha, at=clock.now() + timedelta(days=31))[2] == 0


def test_a_key_that_is_over_is_still_listed(alpha: TenantRef):
    key_for(alpha)
    with tenant_scope(alpha):
        Session.objects.filter(api_key=None).delete()
    assert forget(alpha, at=clock.now() + timedelta(days=400))[2] == 1
    with tenant_scope(alpha):
        assert ApiKey.objects.count() == 1
