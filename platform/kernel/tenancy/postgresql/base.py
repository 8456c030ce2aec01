"""A database connection that speaks for the bound scope, or not at all.

django-tenants' backend remembers a tenant on the connection; this one asks the ContextVar before
every statement and compares the answer with what the server's session really has. The role and
the search path travel in one message. See ../README.md for the whole law.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql.base import Cursor
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsDatabaseWrapper
from psycopg import OperationalError, pq
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue, UndefinedObject, lookup

from kernel.tenancy.postgresql.pool import ServerPool, retire
from kernel.tenancy.scope import MAIN, NoScope, PlatformScope, current_scope
from kernel.tenancy.unavailable import ServerUnavailable, TenantElsewhere

EXTENSIONS_SCHEMA = "extensions"
PLATFORM_SCHEMA = "public"
PLATFORM_ROLE = "daiqu_platform"

LEAVING = frozenset({"SET", "RESET", "DISCARD", "DISCARD ALL"})
"""How PostgreSQL tags the statements that may change role or path."""


SESSIONS_TRIED: Final = 8
"""How many sessions are asked for a role at most, before it counts as refused."""


class ScopeChanged(RuntimeError):
    """The scope changed inside a transaction, which belongs to one scope from start to end."""


_Cursor: Any = Cursor  # the stubs know only half of psycopg's


class OneStatementCursor(_Cursor):  # type: ignore[misc]
    """Sends every query by the extended protocol, which carries exactly one statement.

    Together with `REVOKE EXECUTE ON FUNCTION set_config` this closes `; RESET ROLE` by injection.
    A whole statement that leaves the role or the path is answered by binding them again at once.
    """

    def _execute_send(
        self, query: Any, *, force_extended: bool = False, binary: Any = None
    ) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        try:
            result = super().execute(*args, **kwargs)
        except UndefinedObject:
            self._role_is_gone()
            raise
        self._stay_bound()
        return result

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        try:
            result = super().executemany(*args, **kwargs)
        except UndefinedObject:
            self._role_is_gone()
            raise
        self._stay_bound()
        return result

    def _role_is_gone(self) -> None:
        # A role that was dropped and made again is another one to the sessions that have it.
        self.connection.bound_schema = None

    def _stay_bound(self) -> None:
        # The server's word for what it has just done, which no comment or spelling can disguise.
        if self.statusmessage in LEAVING:
            send(self.connection, self.connection.bound_by)


def send(connection: Any, statement: bytes) -> None:
    """Send role and path in one message. Raises the driver's error when the server refuses."""
    result = connection.pgconn.exec_(statement)
    if result.status == pq.ExecStatus.FATAL_ERROR:
        state = result.error_field(pq.DiagnosticField.SQLSTATE)
        kind = lookup(state.decode()) if state else OperationalError  # the connection broke
        raise kind(result.error_message.decode())


_era = object()


def forget_bindings() -> None:
    """Have every session take its role and path anew: roles may have been dropped and remade."""
    global _era
    _era = object()


class DatabaseWrapper(TenantsDatabaseWrapper):  # type: ignore[misc]
    """One wrapper for two logins: the application's, and the owner's of commands and provisioning.

    The owner's alias (`OPTIONS = {"owner": True}`) takes no role, and there django-tenants'
    `set_schema` works as its commands expect; on the application's alias it is refused.
    """

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        self._command_schema = PLATFORM_SCHEMA
        self._transaction_target: str | None = None
        self._server = MAIN
        self._main_settings = settings_dict
        self._elsewhere: dict[str, Any] = {}
        self.connection: Any = None
        self.asked = 0
        """How often a cursor was made: work that leaves it as it is has asked nothing."""
        super().__init__(settings_dict, alias)

    # -- what django-tenants reads and writes -------------------------------------------------

    @property
    def is_owner(self) -> bool:
        return bool(self.settings_dict["OPTIONS"].get("owner"))

    @property
    def schema_name(self) -> str:
        """The schema that statements reach now: django-tenants' models, router and commands ask."""
        return self._target()[0]

    @schema_name.setter
    def schema_name(self, value: str | None) -> None:
        if value is not None:
            self.set_schema(value)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Bind a schema for a management command, on the owner's alias only."""
        if tenant.schema_name != PLATFORM_SCHEMA and not self.is_owner:
            raise ImproperlyConfigured("use tenant_scope(); the connection remembers no tenant")
        self._command_schema = tenant.schema_name

    # -- which server -------------------------------------------------------------------------

    def ensure_connection(self) -> None:
        """Be connected to the server that the bound scope lives on. Raises `ServerUnavailable`."""
        try:
            server = current_scope().server
        except NoScope:  # what is asked without a scope is refused later, but for commands
            server = MAIN if self.is_owner else self._server
        if server != self._server:
            self._go_to(server)
        if self.errors_occurred and not self.in_atomic_block:
            self._leave_if_broken()
        if self.connection is None:
            super().ensure_connection()

    def _leave_if_broken(self) -> None:
        if self.connection is not None and self.connection.closed:
            super().close()

    def _go_to(self, server: str) -> None:
        if self.in_atomic_block:
            raise ScopeChanged(f"from the server {self._server} to {server}")
        if server == MAIN:
            its_settings = self._main_settings
        elif server in settings.DATABASE_SERVERS:
            its_settings = self._main_settings | settings.DATABASE_SERVERS[server][self.alias]
        else:
            raise ServerUnavailable(f"{server} is not among DATABASE_SERVERS")
        if self.is_owner:
            # Kept: commands hold locks that last as long as their session.
            self._elsewhere[self._server] = self.connection
            self.connection = self._elsewhere.pop(server, None)
            if self.connection is not None and not self.is_usable():
                super().close()
        else:
            self.close()
        self._server, self.settings_dict = server, its_settings

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if not params.pop("owner", False):
            params["cursor_factory"] = OneStatementCursor
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            connection = super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            raise ServerUnavailable(f"{self._server} refuses connections") from error
        if not hasattr(connection, "seen"):  # fresh; what the pool gives again is as it was left
            connection.bound_schema = connection.bound_in = None
            connection.seen = set()
        return connection

    @property
    def pool(self) -> ServerPool | None:
        """The pool of this login on the present server; None where it has none."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if not options or self.alias == NO_DB_ALIAS:
            return None
        pools: dict[tuple[str, str], ServerPool] = self._connection_pools
        key = (self.alias, self._server)
        found = pools.get(key)
        if found is None:
            made = ServerPool(
                server=self._server,
                kwargs=self.get_connection_params() | {"autocommit": True},
                configure=self._configure_connection,
                **options,
            )
            # Of threads that make one at once the first wins; an unopened one costs nothing.
            found = pools.setdefault(key, made)
        return found

    def close_pool(self) -> None:
        """Close the pools of this login, on every server."""
        for key in [key for key in self._connection_pools if key[0] == self.alias]:
            if pool := self._connection_pools.pop(key, None):
                pool.close()

    def _set_autocommit(self, autocommit: bool) -> None:
        if self.connection.autocommit != autocommit:  # the pool's sessions come as they are wanted
            super()._set_autocommit(autocommit)

    # -- binding ------------------------------------------------------------------------------

    def _target(self) -> tuple[str, str | None]:
        """The schema and the role that the scope asks for; the owner's login takes no role."""
        try:
            scope = current_scope()
        except NoScope:
            if self.is_owner:
                return self._command_schema, None
            raise
        if isinstance(scope, PlatformScope):
            return PLATFORM_SCHEMA, None if self.is_owner else PLATFORM_ROLE
        return scope.schema, None if self.is_owner else scope.schema

    @contextmanager
    def bound_session(self) -> Iterator[Any]:
        """The driver's connection, brought to the scope, for one round trip without a cursor.

        A session that was taken for it goes back to the pool at once.
        """
        is_borrowed = self.connection is None and not self.in_atomic_block and self.pool is not None
        if is_borrowed:
            self._borrow()
        else:
            self.ensure_connection()
        self.asked += 1
        try:
            self._bind()
            yield self.connection
        finally:
            if is_borrowed:
                super()._close()
                self.connection = None

    def _borrow(self) -> None:
        """Take a session, without all that Django does for one that is held for a while."""
        server = current_scope().server
        if server != self._server:
            self._go_to(server)
        with self.wrap_database_errors:
            self.connection = self.get_new_connection({})  # the pool knows how to connect

    def create_cursor(self, name: str | None = None) -> Any:
        # Called for each statement. Before there is a cursor, since it may change the connection.
        self._bind()
        self.asked += 1
        return super().create_cursor(name)

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Nothing: where django-tenants sets its path, ours has been set."""

    def _bind(self) -> None:
        """Bring the session to the scope."""
        schema, role = self._target()
        if self.in_atomic_block:
            if self._transaction_target not in (None, schema):
                raise ScopeChanged(f"from {self._transaction_target} to {schema}")
            self._transaction_target = schema
        connection = self.connection
        if connection.bound_schema == schema and connection.bound_in is _era:
            return
        era = _era  # before the statement: what is remade during it counts as later
        path = f'SET search_path TO "{schema}", {EXTENSIONS_SCHEMA}'
        statement = f'SET ROLE "{role}"; {path}' if role else path
        with self.wrap_database_errors:
            try:
                self._send_in_some_session(statement.encode())
            except InvalidParameterValue as unknown_role:
                raise TenantElsewhere(f"{schema} is not on {self._server}") from unknown_role
        connection = self.connection
        connection.bound_by = statement.encode()
        connection.bound_schema, connection.bound_in = schema, era
        connection.seen.add(schema)

    def _send_in_some_session(self, statement: bytes) -> None:
        """Send it, in another session where this one does not know of the role.

        PostgreSQL remembers which roles a login may take. A session that gathers them while one
        is granted can keep the list without it, until the next one is granted: see ../README.md.
        """
        for _ in range(SESSIONS_TRIED - 1):
            try:
                send(self.connection, statement)
            except InsufficientPrivilege:
                is_idle = self.connection.info.transaction_status == pq.TransactionStatus.IDLE
                if self.is_owner or not is_idle:
                    raise
                self._change_session()
            else:
                return
        send(self.connection, statement)

    def _change_session(self) -> None:
        """Go on in another session, perhaps in a transaction in which nothing was said yet."""
        autocommit = self.connection.autocommit
        retire(self.connection)
        super()._close()
        self.connection = self.get_new_connection(self.get_connection_params())
        self.connection.autocommit = autocommit

    def _forget(self) -> None:
        """The session's role and path are unknown: a ROLLBACK undoes a SET made inside it."""
        if self.connection is not None:
            self.connection.bound_schema = None

    def _rollback(self) -> None:
        self._forget()
        self._transaction_target = None
        super()._rollback()

    def _commit(self) -> None:
        super()._commit()
        self._transaction_target = None

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self._forget()

    def close(self) -> None:
        self._transaction_target = None
        super().close()
        while self._elsewhere:
            _, connection = self._elsewhere.popitem()
            if connection is not None:
                connection.close()

    def _close(self) -> None:
        # The pool rolls back what is open, and with it perhaps the SET of this transaction.
        if self.connection is not None and self.connection.info.transaction_status != 0:
            self._forget()
        super()._close()
