"""What a scenario asks of the layers around the agent: the server's validators, and the options that are secret."""

import os

from neutron_lib import exceptions
from neutron_lib.api import attributes
from neutron_lib.api.definitions import extraroute, l3
from neutron_lib.api.definitions import port as port_definition
from oslo_config import cfg
from oslo_log import log

LOG = log.getLogger(__name__)

DEFINITIONS = {"floatingips": l3, "routers": extraroute, "ports": port_definition}


def validate(resource, attributes_given):
    """What the API makes of these attributes of a resource, by Neutron's own definitions; what it refuses is the request's error."""
    allowed = {
        **getattr({"routers": l3}.get(resource), "RESOURCE_ATTRIBUTE_MAP", {}).get(resource, {}),
        **DEFINITIONS[resource].RESOURCE_ATTRIBUTE_MAP[resource],
    }
    unknown = set(attributes_given) - set(allowed)
    if unknown:
        raise exceptions.InvalidInput(error_message="unknown: " + " ".join(sorted(unknown)))
    attributes.AttributeInfo({name: allowed[name] for name in attributes_given}).convert_values(dict(attributes_given))


def secret_options():
    """Each option of the agent's configuration that is declared secret: its group and its name."""
    def among(options, group):
        return [(group, each["opt"].dest) for each in options.values() if each["opt"].secret]

    found = among(cfg.CONF._opts, None)
    for name, group in cfg.CONF._groups.items():
        found += among(group._opts, name)
    return sorted(found, key=str)


def give_secrets(word, least=1):
    """Sets every secret option to `word`, and has the agent log its configuration as a service does at its start."""
    options = secret_options()
    if len(options) < least:
        raise LookupError(f"only {len(options)} secret options")
    for group, name in options:
        cfg.CONF.set_override(name, word, group=group)
    LOG.info("secret options: %s", ", ".join(f"{group or 'DEFAULT'}.{name}" for group, name in options))
    cfg.CONF.log_opt_values(LOG, log.DEBUG)


def become_user(user, state):
    """The agent goes on as this user, who owns its state; privileged processes that it has begun stay what they are."""
    for folder, _, files in os.walk(state):
        for path in [folder, *(os.path.join(folder, name) for name in files)]:
            os.chown(path, user, user)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
