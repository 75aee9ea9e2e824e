"""The two ways to drive Neutron: its router classes called directly, or the whole L3 agent with its queue and its resync."""

from neutron.agent.l3 import dvr
from neutron.agent.l3 import dvr_edge_router
from neutron.agent.l3 import dvr_local_router
from neutron.agent.l3 import legacy_router
from neutron.agent.linux import external_process
from neutron.agent.linux import ip_lib
from neutron_lib.callbacks import events, registry, resources
from oslo_config import cfg

try:
    from neutron.agent.linux import pd
except ImportError:
    pd = None  # 29.0.0 delegates no IPv6 prefixes any more
import neutron_hostile
import neutron_server
import neutron_setup
import neutron_wiring


class Announcements:
    """Gratuitous ARP: Neutron's own code, at the end of the request instead of in a thread, and once instead of three times.

    From its thread, with two seconds between repetitions, it would fall into later requests, at another place in every run.
    """

    def __init__(self):
        self.waiting = []
        ip_lib.send_ip_addr_adv_notif = self.note

    def note(self, ns_name, iface_name, address, count=3, log_exception=True, **rest):
        if count > 0 and ":" not in address:
            self.waiting.append((ns_name, iface_name, address, 1, log_exception))

    def send(self):
        while self.waiting:
            ip_lib._arping(*self.waiting.pop(0))


class Level:
    """What both levels share: the server's side of each request, and that a request is over when nothing runs any more."""

    def __init__(self, server):
        self.server = server
        self.announcements = Announcements()
        self.recovered = not server.data["network"] and not server.data["router"]
        self.requests = {
            "create-gateway": self.create_gateway,
            "add-router": self.add_router,
            "add-floating-ip": self.add_floating_ip,
            "update": self.update,
            "move-snat": self.move_snat,
            "update-gateway": self.update_gateway,
            "arp": self.arp,
            "give-secrets": neutron_hostile.give_secrets,
            "validate": neutron_hostile.validate,
            "become-user": lambda user: neutron_hostile.become_user(user, neutron_setup.STATE),
            "resync": self.resync,
            "remove-floating-ip": self.remove_floating_ip,
            "remove-router": self.remove_router,
            "delete-gateway": self.delete_gateway,
        }

    def handle(self, method, arguments):
        """Runs one request. The answer is the status of floating IPs that are not ACTIVE, or nothing."""
        if not self.recovered:  # this process is not the first: what the agent does at its start
            self.recovered = True
            self.recover()
        try:
            method(**arguments)
        finally:
            self.announcements.send()
        return self.server.error()

    # The server's side; the agent's is in subclasses.

    def create_gateway(self):
        self.server.set_network(True)
        self.make_gateway()

    def add_router(self, routes=(), snat_host=None, gateway=neutron_server.GATEWAY_ADDRESS, floating=None):
        """A router comes to this agent, which may have floating IPs already: their fixed addresses by their own."""
        self.server.add_router(list(routes), snat_host, gateway)
        for address, fixed in (floating or {}).items():
            self.server.add_floating(address, fixed, neutron_setup.router_kind() == "edge")
        self.sync()

    def add_floating_ip(self, floating, fixed, centralized=None):
        self.server.add_floating(floating, fixed, neutron_setup.router_kind() == "edge" if centralized is None else centralized)
        self.sync()

    def update(self, routes=None):
        if routes is not None:
            self.server.set_router(routes=list(routes))
        self.sync()

    def move_snat(self, host=None, port=True):
        """The server gives the SNAT to another host, or back to this one; without `port` the gateway port is still bound where it was."""
        host = host or self.server.snat_host
        self.server.set_router(snat_host=host, **({"port_host": host} if port else {}))
        self.sync()

    def update_gateway(self, address=None):
        """Another address of the gateway port, or none: the router has no gateway any more."""
        self.server.set_router(gateway=address)
        self.sync()

    def arp(self, operation, address, mac):
        """The notification that a port of the internal network came (`add`) or went (`delete`)."""
        call = {"add": self.agent.add_arp_entry, "delete": self.agent.del_arp_entry}[operation]
        table = {"ip_address": address, "mac_address": mac, "subnet_id": neutron_server.INTERNAL_SUBNET, "nud_state": "permanent"}
        call(None, {"router_id": neutron_server.ROUTER, "arp_table": table})

    def remove_floating_ip(self, floating):
        self.server.remove_floating(floating)
        self.sync()

    def remove_router(self):
        self.server.remove_router()
        self.drop_router()

    def delete_gateway(self):
        self.server.set_network(False)
        self.drop_gateway()


class NamedHost:
    """The end of the chain of initialisers that AgentMixin calls on."""

    def __init__(self, host):
        self.host = host


class StubAgent(dvr.AgentMixin, NamedHost):
    """What a router object asks of its agent: Neutron's own bookkeeping of fip namespaces, and names."""

    def __init__(self, server):
        self.conf = cfg.CONF
        self.context, self.use_ipv6 = None, False
        self.plugin_rpc = neutron_server.rpc_client(server)("topic", neutron_server.HOST)
        self.driver = neutron_wiring.VethDriver(cfg.CONF)
        self.process_monitor = external_process.ProcessMonitor(config=cfg.CONF, resource_type="router")
        if pd:
            self.pd = pd.PrefixDelegation(None, self.process_monitor, self.driver, None, None, cfg.CONF)
        self.router_info = {}
        super().__init__(neutron_server.HOST)


class ClassLevel(Level):
    """FipNamespace and DvrLocalRouter or LegacyRouter, called as the agent calls them; what they raise is the request's error."""

    def __init__(self, server):
        super().__init__(server)
        self.requests["update-route"] = self.update_route
        self.requests["restart"] = self.restart
        self.agent = StubAgent(server)
        self.gateway = self.router = None

    def recover(self):
        if self.server.data["network"]:
            self.make_gateway()
        if self.server.data["router"]:
            self.sync()

    def make_gateway(self):
        if self.server.distributed:
            self.gateway = self.agent.get_fip_ns(neutron_server.EXTERNAL_NETWORK)
            self.gateway.create_or_update_gateway_port(neutron_server.agent_gateway_port())

    def drop_gateway(self):
        if self.gateway:
            self.gateway.unsubscribe(neutron_server.EXTERNAL_NETWORK)
            self.gateway.delete()
            self.gateway = None

    def sync(self):
        """One pass over the router. An object that was initialised is kept, whatever its passes raise."""
        router = self.server.router()
        if self.router:
            self.router.router = router
            self.router.process()
            return
        kind = {
            "dvr": dvr_local_router.DvrLocalRouter,
            "edge": dvr_edge_router.DvrEdgeRouter,
            "legacy": legacy_router.LegacyRouter,
        }[neutron_setup.router_kind()]
        arguments = dict(
            agent=self.agent,
            router_id=router["id"],
            router=router,
            agent_conf=cfg.CONF,
            interface_driver=self.agent.driver,
            use_ipv6=self.agent.use_ipv6,
        )
        if self.server.distributed:
            arguments["host"] = self.agent.host
        made = kind(**arguments)
        made.initialize(self.agent.process_monitor)
        self.router = self.agent.router_info[router["id"]] = made
        made.process()

    def resync(self):
        if self.server.distributed and self.server.data["network"]:
            self.make_gateway()
        if self.server.data["router"]:
            self.sync()

    def drop_router(self):
        if self.router:
            self.router.delete()
            self.agent.router_info.clear()
            self.router = None

    def restart(self):
        """A new agent that remembers nothing, and does what an agent does at its start."""
        self.agent = StubAgent(self.server)
        self.gateway = self.router = None
        self.recover()

    def update_route(self, operation, destination, nexthop):
        """One call of `update_routing_table`, with values as they come."""
        self.router.update_routing_table(operation, {"destination": destination, "nexthop": nexthop})


class AgentLevel(Level):
    """`L3NATAgent`: requests are notifications of the server, put into its queue and worked off with its own repetitions.

    What a router's update raises stays in the agent, as always; the request's error is that the agent gave up.
    """

    def __init__(self, server):
        from neutron.agent import rpc
        from neutron.agent.l3 import agent as l3_agent

        super().__init__(server)
        rpc.create_consumers = lambda *arguments, **named: None
        l3_agent.L3PluginApi = neutron_server.rpc_client(server)
        self.finished = self.created = 0
        registry.subscribe(self.router_created, resources.ROUTER, events.AFTER_CREATE)
        self.requests["told-as-new"] = self.told_as_new
        for event in (events.AFTER_CREATE, events.AFTER_UPDATE, events.AFTER_DELETE):
            registry.subscribe(self.router_finished, resources.ROUTER, event)
        self.agent = l3_agent.L3NATAgent(neutron_server.HOST, cfg.CONF)
        if hasattr(self.agent, "process_monitor") and self.agent.process_monitor is None:
            self.agent.init_host()

    def router_finished(self, *arguments, **named):
        self.finished += 1

    def router_created(self, *arguments, **named):
        self.created += 1

    def told_as_new(self):
        """Logs whether those who wait for new routers (metadata, extensions) were told of this one."""
        print(f"AFTER_CREATE was published {self.created} times", flush=True)

    def work(self):
        """The agent's worker until its queue is empty, repetitions included."""
        before = self.finished
        process = getattr(self.agent, "_process_update", None) or self.agent._process_router_update  # its name in 12.0
        while not self.agent._queue._queue.empty():
            process()
        if self.finished == before:
            raise RuntimeError("the agent gave up on the router; its log tells why")

    def recover(self):
        self.resync()

    def make_gateway(self):
        """Nothing: an agent makes the gateway when the first router needs it."""

    def drop_gateway(self):
        if self.server.distributed:
            self.agent.fipnamespace_delete_on_ext_net(self.agent.context, neutron_server.EXTERNAL_NETWORK)

    def sync(self):
        self.agent.routers_updated(self.agent.context, [neutron_server.ROUTER])
        self.work()

    def resync(self):
        """The full synchronisation of an agent that lost its server or was started."""
        self.agent.fullsync = True
        self.agent.periodic_sync_routers_task(self.agent.context)
        if self.server.data["router"]:
            self.work()

    def drop_router(self):
        self.agent.router_deleted(self.agent.context, neutron_server.ROUTER)
        self.work()
