"""A database connection that speaks for the bound scope, or not at all.

django-tenants' backend remembers a tenant on the connection; this one asks the ContextVar before
every statement and compares the answer with what the server's session really has. The role and
the search path travel in one message. See ../README.md for the whole law.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.base import Cursor
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsDatabaseWrapper
from psycopg import pq
from psycopg.errors import lookup
from psycopg_pool import ConnectionPool

from kernel.tenancy.scope import MAIN, NoScope, PlatformScope, current_scope

EXTENSIONS_SCHEMA = "extensions"
PLATFORM_SCHEMA = "public"
PLATFORM_ROLE = "daiqu_platform"


SCHEMAS_PER_BACKEND = 100
"""Distinct schemas after which a connection is given up: a backend keeps 1 to 4 MB of each."""

LEAVING = frozenset({"SET", "RESET", "DISCARD", "DISCARD ALL"})
"""How PostgreSQL tags the statements that may change role or path."""


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
        result = super().execute(*args, **kwargs)
        self._stay_bound()
        return result

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        result = super().executemany(*args, **kwargs)
        self._stay_bound()
        return result

    def _stay_bound(self) -> None:
        # The server's word for what it has just done, which no comment or spelling can disguise.
        if self.statusmessage in LEAVING:
            send(self.connection, self.connection.bound_by)


def send(connection: Any, statement: bytes) -> None:
    """Send role and path in one message. Raises the driver's error when the server refuses."""
    result = connection.pgconn.exec_(statement)
    if result.status == pq.ExecStatus.FATAL_ERROR:
        state = result.error_field(pq.DiagnosticField.SQLSTATE) or b"XX000"
        raise lookup(state.decode())(result.error_message.decode())


class DatabaseWrapper(TenantsDatabaseWrapper):  # type: ignore[misc]
    """One wrapper for two logins: the application's, and the owner's of commands and provisioning.

    The owner's alias (`OPTIONS = {"owner": True}`) takes no role, and there django-tenants'
    `set_schema` works as its commands expect; on the application's alias it is refused.
    """

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        self._command_schema = PLATFORM_SCHEMA
        self._transaction_target: str | None = None
        self._server = MAIN
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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if not hasattr(connection, "seen"):
            connection.seen = set()
        return connection

    # -- which server -------------------------------------------------------------------------

    def ensure_connection(self) -> None:
        """Connect to the server that the bound scope lives on, leaving another one's."""
        server = self._wanted_server()
        if server != self._server and not self.in_atomic_block:
            if self.connection is not None:
                self.close()
            self._server = server
        super().ensure_connection()

    def _wanted_server(self) -> str:
        try:
            scope = current_scope()
        except NoScope:
            return self._server  # the statement itself will be refused
        return MAIN if isinstance(scope, PlatformScope) else scope.server

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if not params.pop("owner", False):
            params["cursor_factory"] = OneStatementCursor
        if self._server != MAIN:
            params |= settings.DATABASE_SERVERS[self._server][self.alias]
        return params

    @property
    def pool(self) -> Any:
        """The pool of this login on the present server; None where there is none."""
        options = self.settings_dict["OPTIONS"].get("pool")
        if self._server == MAIN or not options:
            return super().pool
        key = (self.alias, self._server)
        if key not in self._connection_pools:
            pool = ConnectionPool(
                kwargs=self.get_connection_params() | {"autocommit": True},
                open=False,
                configure=self._configure_connection,
                check=ConnectionPool.check_connection,
                **options,
            )
            self._connection_pools.setdefault(key, pool)
        return self._connection_pools[key]

    def close_pool(self) -> None:
        """Close the pools of this login, on every server."""
        for key in [k for k in self._connection_pools if self.alias in (k, k[0])]:
            self._connection_pools.pop(key).close()

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

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Bring the session to the scope. Called by `_cursor()` before each statement."""
        schema, role = self._target()
        if self.in_atomic_block:
            if self._transaction_target not in (None, schema):
                raise ScopeChanged(f"from {self._transaction_target} to {schema}")
            self._transaction_target = schema
        if getattr(self.connection, "bound_schema", None) == schema:
            return
        path = f'SET search_path TO "{schema}", {EXTENSIONS_SCHEMA}'
        statement = f'SET ROLE "{role}"; {path}' if role else path
        with self.wrap_database_errors:
            send(self.connection, statement.encode())
        self.connection.bound_by = statement.encode()
        self.connection.bound_schema = schema
        self.connection.seen.add(schema)

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

    def _close(self) -> None:
        # The pool rolls back what is open, and with it perhaps the SET of this transaction.
        if self.connection is not None and self.connection.info.transaction_status != 0:
            self._forget()
        if self.connection is not None and len(self.connection.seen) > SCHEMAS_PER_BACKEND:
            self.connection.close()  # the pool makes another in its place
        super()._close()
