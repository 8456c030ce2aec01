"""Settings, all from the environment (`.env.example` lists them).

No secret has a default: an absent one is empty, which `config.checks` refuses before anything runs.
"""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
_env_file = Path(os.environ.get("ENV_FILE") or BASE_DIR / ".env")
if "ENV_FILE" in os.environ and not _env_file.is_file():
    raise ImproperlyConfigured(f"ENV_FILE: there is no {_env_file}")
environ.Env.read_env(_env_file)

DEBUG = False
SECRET_KEY: str = env("SECRET_KEY", default="")
MASTER_KEYS: list[str] = env.list("MASTER_KEYS", default=[])
ALLOWED_HOSTS = ["*"]  # the register of domains decides, see registry.middleware

PLATFORM_HOST: str = env("PLATFORM_HOST", default="platform.localhost")
TENANT_HOST_SUFFIX: str = env("TENANT_HOST_SUFFIX", default="localhost")
PUBLIC_SCHEME: str = env("PUBLIC_SCHEME", default="https")
PUBLIC_PORT: str = env("PUBLIC_PORT", default="")
# Proxies in front of us, each of which adds to X-Forwarded-For whom it heard from.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)
UNSCOPED_PATHS = frozenset({"/healthz", "/metrics", "/readyz", "/served"})

# The recursive resolvers that answer for proofs of custom domains, as address or address:port, or
# else the system's; and how long they may take.
DNS_SERVERS: list[str] = env.list("DNS_SERVERS", default=[])
DNS_SECONDS: float = env.float("DNS_SECONDS", default=6.0)

# The registry comes first: its migrate_schemas takes the place of django-tenants'.
SHARED_APPS = ["registry", "billing", "django_tenants", "django.contrib.contenttypes"]
TENANT_APPS = [
    "tenants.journal",
    "tenants.access",
    "tenants.brand",
    "tenants.places",
    "tenants.ledger",
    "tenants.couriers",
    "tenants.catalog",
    "tenants.promotions",
    "tenants.pricing",
    "tenants.booking",
    "tenants.orders",
    "tenants.dispatch",
    "tenants.payments",
    "tenants.talk",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "channels",
    "schema",
    "config",
    "devtools",
]

# Exclusion constraints want django.contrib.postgres installed, which would ask each new connection
# for types that nobody uses, under no scope.
SILENCED_SYSTEM_CHECKS = ["postgres.E005"]

TENANT_MODEL = "registry.Tenant"
TENANT_DOMAIN_MODEL = "registry.Domain"
TENANT_DB_ALIAS = "owner"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

_pool = {
    "min_size": env.int("DATABASE_POOL_MIN", default=1),
    "max_size": env.int("DATABASE_POOL_MAX", default=16),
    "max_lifetime": 1800,
    "timeout": 10,
}


# A server that has vanished is found out in seconds, not after the kernel's two hours.
_patience = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


# How long one statement of a web or live process may take, see config.serving; 0: for ever.
STATEMENT_SECONDS: float = env.float("STATEMENT_SECONDS", default=30.0)


def _database(variable: str, options: dict[str, Any]) -> dict[str, Any]:
    url = env.db_url(variable, default="postgresql://")
    return {
        **url,
        "ENGINE": "kernel.tenancy.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**_patience, **url.get("OPTIONS", {}), **options},
    }


def _logins(suffix: str = "") -> dict[str, dict[str, Any]]:
    """The application's login of a server, and the owner's."""
    return {
        "default": _database(f"DATABASE_URL{suffix}", {"pool": _pool}),
        "owner": _database(f"DATABASE_OWNER_URL{suffix}", {"owner": True}),
    }


DATABASES = _logins()
# Beside the main one, which holds the register: DATABASE_SERVERS=second names DATABASE_URL_SECOND
# and DATABASE_OWNER_URL_SECOND.
DATABASE_SERVERS = {
    name: _logins(f"_{name.upper()}") for name in env.list("DATABASE_SERVERS", default=[])
}
# Where new tenants live, and how many blank schemas each of these keeps ready for them.
SERVERS_FOR_NEW_TENANTS: list[str] = env.list("SERVERS_FOR_NEW_TENANTS", default=["main"])
SCHEMA_POOL_SIZE: int = env.int("SCHEMA_POOL_SIZE", default=20)
# Those of them that are Citus clusters, by their coordinator: see registry/fleet/CITUS.md.
CITUS_SERVERS: list[str] = env.list("CITUS_SERVERS", default=[])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env("REDIS_URL", default="")
CHANNEL_LAYERS = (
    {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "daiqu"},
        }
    }
    if REDIS_URL
    else {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)

# Requests a second of a tenant whose plan does not say; a plan's rate is of all web processes
# together, which is how many there are. Of the requests that a process has begun it works on so
# many at a time, and one tenant holds so many of its threads at most.
TENANT_RATE: int = env.int("TENANT_RATE", default=20)
WEB_PROCESSES: int = env.int("WEB_PROCESSES", default=1)
REQUESTS_AT_ONCE: int = env.int("REQUESTS_AT_ONCE", default=4)
TENANT_THREADS: int = env.int("TENANT_THREADS", default=12)
CALLS_FLUSH_SECONDS: float = env.float("CALLS_FLUSH_SECONDS", default=5.0)

MIDDLEWARE = [
    "config.limits.LimitsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.logging.RequestLogMiddleware",
    "registry.middleware.ScopeMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = []

PASSWORD_HASHERS = ["kernel.passwords.Argon2"]
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / ".daiqu" / "media")))
# Days between the wish to erase a tenant and its confirmation.
ERASURE_WAIT_DAYS: int = env.int("ERASURE_WAIT_DAYS", default=7)
# Where backups are kept, when of the night (UTC; the default is two in the morning in Shanghai),
# how many nights', and for how many days those that were asked for.
BACKUP_ROOT = Path(env("BACKUP_ROOT", default=str(BASE_DIR / ".daiqu" / "backups")))
BACKUP_HOUR: int = env.int("BACKUP_HOUR", default=18)
BACKUP_NIGHTS: int = env.int("BACKUP_NIGHTS", default=7)
BACKUP_ON_DEMAND_DAYS: int = env.int("BACKUP_ON_DEMAND_DAYS", default=30)
# Whose archives may be imported, by their fingerprints: other installations, retired keys of ours.
TRUSTED_SIGNERS: list[str] = env.list("TRUSTED_SIGNERS", default=[])
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
UPLOAD_MAX_BYTES = 10_000_000

WORKER_CONCURRENCY: int = env.int("WORKER_CONCURRENCY", default=4)
WORKER_HEARTBEAT_SECONDS: float = env.float("WORKER_HEARTBEAT_SECONDS", default=5.0)

# How long `fleet migrate` waits for a table in use: as long, its tenant may wait behind it.
FLEET_LOCK_SECONDS: float = env.float("FLEET_LOCK_SECONDS", default=5.0)

# Phones that always get the same code: an app store's reviewer, the demo's people.
FIXED_PHONE_CODES: dict[str, str] = env.dict("FIXED_PHONE_CODES", default={})
SMS_GATEWAY: str = env("SMS_GATEWAY", default="kernel.sms.ConsoleGateway")
# How addresses are found, and where they lie: a class of tenants.places.maps; see its README.
MAP_GATEWAY: str = env("MAP_GATEWAY", default="tenants.places.maps.own.OwnPlaces")
MAP_URL: str = env("MAP_URL", default="")
MAP_KEY: str = env("MAP_KEY", default="")
# A MapLibre style with tiles for the panel's map; without one it draws a ground of its own.
MAP_STYLE_URL: str = env("MAP_STYLE_URL", default="")
MAP_SECONDS: float = env.float("MAP_SECONDS", default=3.0)
MAIL_FROM: str = env("MAIL_FROM", default=f"no-reply@{PLATFORM_HOST}")


def _mailer() -> dict[str, Any]:
    """Where mail goes: EMAIL_URL, as Django wants it."""
    url: dict[str, Any] = env.email_url("EMAIL_URL", default="consolemail://")
    keys = {
        "EMAIL_HOST": "host",
        "EMAIL_PORT": "port",
        "EMAIL_HOST_USER": "username",
        "EMAIL_HOST_PASSWORD": "password",
        "EMAIL_USE_TLS": "use_tls",
        "EMAIL_USE_SSL": "use_ssl",
        "EMAIL_FILE_PATH": "file_path",
    }
    options = {to: url[key] for key, to in keys.items() if url.get(key)}
    if url["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        options["timeout"] = 10
    return {"BACKEND": url["EMAIL_BACKEND"], "OPTIONS": options}


MAILERS = {"default": _mailer()}
FREE_DOCUMENTS: bool = env.bool("FREE_DOCUMENTS", default=False)
TRUSTED_DOCUMENTS: str = env(
    "TRUSTED_DOCUMENTS", default=str(BASE_DIR / "frontend_contracts" / "manifest.json")
)
# Root query fields that are made of rows are answered by SQL: see schema/lowering/README.md.
LOWERING: bool = env.bool("LOWERING", default=True)
# Such a share of those is answered both ways and compared.
LOWERING_SHADOW: float = env.float("LOWERING_SHADOW", default=0.001)
# Bytes of answers to strangers that a process keeps until what they show changes; 0 keeps none.
KEPT_ANSWERS_BYTES: int = env.int("KEPT_ANSWERS_BYTES", default=32 * 1024 * 1024)

# Operators pay by Stripe (billing/README.md); without a key the owner assigns plans by hand.
STRIPE_SECRET_KEY: str = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET: str = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE: str = env("STRIPE_API_BASE", default="https://api.stripe.com")
STRIPE_AUTOMATIC_TAX: bool = env.bool("STRIPE_AUTOMATIC_TAX", default=False)

METRICS_TOKEN: str = env("METRICS_TOKEN", default="")
METRICS_PORT: int = env.int("METRICS_PORT", default=0)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING_CONFIG = "config.logging.configure"
LOGGING: dict[str, Any] = {
    "level": env("LOG_LEVEL", default="INFO"),
    "format": env("LOG_FORMAT", default="json"),
}
