"""Brings up Neutron of any version: imports, configuration, privilege separation, and the corrections that old versions need."""

import collections
import collections.abc
import functools
import importlib
import importlib.metadata
import os

STATE = "/var/lib/neutron"
SERVER_FILE = STATE + "/server.json"

# Imported by Neutron, or by what it uses, only when first needed. A warm driver shall have them before it forks.
LATE = """
concurrent.futures.thread multiprocessing.popen_fork neutron.privileged.agent.linux.netlink_lib
neutron.agent.linux.pd_driver neutron.agent.linux.dibbler
""".split()


def level_name():
    return choice("TOCSIN_NEUTRON_LEVEL", ["class", "agent"])


def router_kind():
    """`dvr`: a distributed router on a compute node. `edge`: one on the node that also does its SNAT. `legacy`: a centralized router."""
    return choice("TOCSIN_NEUTRON_ROUTER", ["dvr", "edge", "legacy"])


def choice(name, values):
    """The value of an environment variable; the first of the values where it is not set."""
    value = os.environ.get(name) or values[0]
    if value not in values:
        raise SystemExit(f"driver.py: {name} is {value}, not {' or '.join(values)}")
    return value


@functools.lru_cache(maxsize=None)
def version():
    return importlib.metadata.version("neutron")


def load():
    """Imports Neutron and corrects it; opens nothing and starts nothing.

    eventlet does not patch this process: forks of a patched one, as the privileged processes here are, have pyroute2 half patched.
    """
    level_name(), router_kind(), version()
    correct_collections()
    from neutron.common import config  # noqa: F401  registers the options of its core
    from neutron.agent import l3_agent  # noqa: F401
    import neutron_levels  # noqa: F401
    import neutron_wiring  # noqa: F401

    if level_name() == "agent":
        import neutron.agent.l3.agent  # noqa: F401
    for name in LATE:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # not in this version
    correct_pyroute2()
    correct_route_lists()
    correct_flush()
    disable_stevedore_cache()


def correct_collections():
    """Puts the abstract classes back where versions up to 18 and their neutron-lib look for them: Python 3.10 took their old names away."""
    if int(version().split(".")[0]) > 18:
        return
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))


def correct_pyroute2():
    """Clears NLM_F_EXCL on deletions, where pyroute2 sets it.

    Before 0.7.1 it does. The same bit has become NLM_F_BULK, and kernels from 6.5 on answer EOPNOTSUPP to it.
    """
    release = tuple(int(part) for part in importlib.metadata.version("pyroute2").split(".")[:3])
    if release >= (0, 7, 1):
        return
    from pyroute2.netlink import NLM_F_EXCL, rtnl, nlsocket

    deletions = {number for name, number in vars(rtnl).items() if name.startswith("RTM_DEL")}
    owner = next(c for c in vars(nlsocket).values() if isinstance(c, type) and "nlm_request" in vars(c))
    original = owner.nlm_request

    @functools.wraps(original)
    def nlm_request(self, msg, msg_type, msg_flags=0, *rest, **named):
        if msg_type in deletions:
            msg_flags &= ~NLM_F_EXCL
        return original(self, msg, msg_type, msg_flags, *rest, **named)

    owner.nlm_request = nlm_request


def correct_route_lists():
    """Lets 20.x list routes through gateways: it asks for them by a scope that pyroute2 did not look at until 0.6.6, which runs on no Python 3.11.

    Without it the agent sees no floating IP that it could remove.
    """
    try:
        from pyroute2.iproute.linux import RTNL_API
    except ImportError:
        return
    if int(version().split(".")[0]) > 20:
        return
    original = RTNL_API.route

    @functools.wraps(original)
    def route(self, command, **named):
        if command == "show":
            named.pop("scope", None)
        return original(self, command, **named)

    RTNL_API.route = route


def correct_flush():
    """Lets old versions flush an IPv6 table that does not exist, as the iproute2 of their time did; it now exits with 2.

    Without it 12.0.x to 14.0.x cannot remove any distributed router.
    """
    from neutron.agent.linux import ip_lib

    original = getattr(getattr(ip_lib, "IpRouteCommand", None), "flush", None)
    if int(version().split(".")[0]) > 14 or original is None:
        return

    @functools.wraps(original)
    def flush(self, *arguments, **named):
        try:
            return original(self, *arguments, **named)
        except RuntimeError as error:
            if "FIB table does not exist" not in str(error):
                raise

    ip_lib.IpRouteCommand.flush = flush


def disable_stevedore_cache():
    """Keeps stevedore from writing a cache of entry points into the home folder: nobody tests that."""
    try:
        from stevedore import _cache
    except ImportError:
        return  # older versions have none
    _cache._c._disable_caching = True


def start():
    """Configures Neutron and makes the level that requests go to. What opens descriptors, threads and processes is here."""
    os.makedirs(STATE, exist_ok=True)
    configure()
    fork_privileged()
    import neutron_levels
    import neutron_server

    server = neutron_server.Server(SERVER_FILE, router_kind())
    level = {"class": neutron_levels.ClassLevel, "agent": neutron_levels.AgentLevel}[level_name()]
    return level(server)


def configure():
    from neutron.agent import l3_agent
    from neutron.conf.agent import common
    from oslo_config import cfg
    from oslo_log import log
    import neutron_server

    conf = cfg.CONF
    l3_agent.register_opts(conf)
    conf(["--config-file", "/dev/null"], project="neutron")
    conf.set_override("debug", choice("TOCSIN_NEUTRON_LOG", ["debug", "info"]) == "debug")
    conf.set_override("use_stderr", True)
    conf.set_override("host", neutron_server.HOST)
    conf.set_override("state_path", STATE)
    conf.set_override("lock_path", STATE + "/lock", group="oslo_concurrency")
    conf.set_override("agent_mode", {"dvr": "dvr", "edge": "dvr_snat", "legacy": "legacy"}[router_kind()])
    conf.set_override("interface_driver", "neutron_wiring.VethDriver")
    conf.set_override("enable_metadata_proxy", False)
    conf.set_override("root_helper", "", group="AGENT")
    conf.set_override("check_child_processes_interval", 0, group="AGENT")
    log.set_defaults(default_log_levels=["oslo_concurrency=INFO", "oslo.privsep.daemon=INFO", "stevedore=INFO"])
    common.setup_logging()


def fork_privileged():
    """Lets each privileged context be a fork of this process, made when it is first used; a helper would import Neutron once more each."""
    import neutron.privileged
    from oslo_privsep import priv_context

    for context in vars(neutron.privileged).values():
        if isinstance(context, priv_context.PrivContext):
            context.start = functools.partial(context.start, priv_context.Method.FORK)
