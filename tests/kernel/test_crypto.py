"""Personal data is unreadable without the tenant's own key."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError

from kernel.crypto import blind_index, decrypt, encrypt, new_wrapped_key, rewrap
from kernel.tenancy import NoScope, TenantRef, platform_scope, tenant_scope
from tenants.access.models import Person
from tests.support.database import SOME_DAY, admin_connection


def test_what_is_stored_reads_back_and_never_twice_the_same(alpha: TenantRef):
    with tenant_scope(alpha):
        first, second = encrypt("王小明".encode()), encrypt("王小明".encode())
        assert first != second
        assert decrypt(first) == decrypt(second) == "王小明".encode()


def test_another_tenants_value_and_a_flipped_bit_are_refused(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        stored = encrypt(b"secret")
        with pytest.raises(InvalidTag):
            decrypt(stored[:-1] + bytes([stored[-1] ^ 1]))
    with tenant_scope(beta), pytest.raises(InvalidTag):
        decrypt(stored)
    with platform_scope(), pytest.raises(NoScope):
        decrypt(stored)


def test_a_blind_index_finds_within_one_tenant_and_one_kind(alpha: TenantRef, beta: TenantRef):
    with tenant_scope(alpha):
        phone = blind_index("phone", "+8613800138000")
        assert phone == blind_index("phone", "+8613800138000")
        assert len({phone, blind_index("email", "+8613800138000"), blind_index("phone", "x")}) == 3
    with tenant_scope(beta):
        assert phone != blind_index("phone", "+8613800138000")


def test_a_column_holds_no_plain_text_and_cannot_be_compared(alpha: TenantRef):
    with tenant_scope(alpha):
        person = Person.objects.create(name="Maya Osei", phone="+447911123456", created_at=SOME_DAY)
        assert Person.objects.get(id=person.id).name == "Maya Osei"
        with pytest.raises(FieldError):
            Person.objects.filter(name="Maya Osei").exists()
    with admin_connection() as admin:
        row = admin.execute(
            f'SELECT name, phone FROM "{alpha.schema}".access_person WHERE id = %s', [person.id]
        ).fetchone()
    assert row is not None
    assert b"Maya" not in bytes(row[0])
    assert b"7911" not in bytes(row[1])


def test_a_new_master_key_opens_what_the_old_one_wrapped(settings, alpha: TenantRef):
    with tenant_scope(alpha):
        stored = encrypt(b"kept")
    settings.MASTER_KEYS = [Fernet.generate_key().decode(), *settings.MASTER_KEYS]
    again = TenantRef(alpha.id, alpha.slug, alpha.schema, alpha.state, rewrap(alpha.wrapped_key))
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]
    with tenant_scope(again):
        assert decrypt(stored) == b"kept"
    assert new_wrapped_key() != new_wrapped_key()
