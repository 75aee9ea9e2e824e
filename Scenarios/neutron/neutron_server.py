"""The Neutron server as the L3 agent sees it: its database of one router, and the RPC calls that read it.

All identifiers are fixed, so that names of devices, namespaces, chains and tables are the same in every run.
"""

import copy
import json
import os

HOST = "tocsin"
EXTERNAL_NETWORK = "a0000000-0000-4000-8000-000000000001"
EXTERNAL_SUBNET = "a0000000-0000-4000-8000-000000000002"
INTERNAL_NETWORK = "b0000000-0000-4000-8000-000000000001"
INTERNAL_SUBNET = "b0000000-0000-4000-8000-000000000002"
ROUTER = "c0000000-0000-4000-8000-000000000001"
GATEWAY_PORT = "d0000000-0000-4000-8000-000000000001"
AGENT_PORT = "d1000000-0000-4000-8000-000000000001"
INTERNAL_PORT = "d2000000-0000-4000-8000-000000000001"
SNAT_PORT = "d3000000-0000-4000-8000-000000000001"

EXTERNAL = {"id": EXTERNAL_SUBNET, "cidr": "203.0.113.0/24", "gateway_ip": "203.0.113.1", "network": EXTERNAL_NETWORK}
INTERNAL = {"id": INTERNAL_SUBNET, "cidr": "10.0.0.0/24", "gateway_ip": "10.0.0.1", "network": INTERNAL_NETWORK}
GATEWAY_ADDRESS = "203.0.113.10"
MTU = 1500


def port(identifier, owner, subnet, address, mac):
    """A port as the server sends it to an L3 agent."""
    return {
        "id": identifier,
        "device_owner": owner,
        "network_id": subnet["network"],
        "mac_address": mac,
        "mtu": MTU,
        "admin_state_up": True,
        "status": "ACTIVE",
        "binding:host_id": HOST,
        "device_id": ROUTER,
        "fixed_ips": [{"ip_address": address, "subnet_id": subnet["id"], "prefixlen": 24}],
        "subnets": [{**{k: subnet[k] for k in ("id", "cidr", "gateway_ip")}, "ipv6_ra_mode": None, "dns_nameservers": [], "subnetpool_id": None}],
        "extra_subnets": [],
        "address_scopes": {"4": None, "6": None},
    }


def agent_gateway_port():
    return port(AGENT_PORT, "network:floatingip_agent_gateway", EXTERNAL, "203.0.113.20", "fa:16:3e:00:00:20")


def floating_identifier(address):
    """An identifier that is a function of the address."""
    return "e0000000-0000-4000-8000-" + "".join(f"{int(part):03x}" for part in address.split("."))


class Server:
    """What the tenant asked for, and what the agent reported.

    It is kept in a file while it is not empty, because the real server outlives the agent: a driver that was killed
    and started again reads it, as an agent that was restarted asks the server.
    """

    def __init__(self, path, kind):
        self.path, self.distributed = path, kind != "legacy"
        self.snat_host = HOST if kind == "edge" else "network-node"
        self.data = {"network": False, "router": None, "floating": {}, "status": {}}
        if os.path.exists(path):
            with open(path) as file:
                self.data = json.load(file)

    def save(self):
        if any(self.data.values()):
            with open(self.path, "w") as file:
                json.dump(self.data, file)
        elif os.path.exists(self.path):
            os.unlink(self.path)

    # What a tenant does.

    def add_router(self, routes, snat_host, gateway):
        host = snat_host or self.snat_host
        self.data["router"] = {"routes": routes, "snat_host": host, "port_host": host, "gateway": gateway, "centralized": []}
        self.save()

    def set_router(self, **what):
        """Changes its `routes`, the `gateway` address (none: no gateway), the `snat_host`, or the `port_host` of its gateway port."""
        self.data["router"].update(what)
        self.save()

    def remove_router(self):
        self.data.update(router=None, floating={}, status={})
        self.save()

    def set_network(self, present):
        self.data["network"] = present
        self.save()

    def add_floating(self, floating, fixed, centralized):
        self.data["floating"][floating] = fixed
        if centralized:
            self.data["router"]["centralized"].append(floating)
        self.data["status"][floating] = "DOWN"
        self.save()

    def remove_floating(self, floating):
        del self.data["floating"][floating]
        self.data["router"]["centralized"] = [each for each in self.data["router"]["centralized"] if each != floating]
        self.data["status"].pop(floating, None)
        self.save()

    def router(self):
        """The router as `sync_routers` answers it, or nothing."""
        if self.data["router"] is None:
            return None
        owner = "network:router_interface_distributed" if self.distributed else "network:router_interface"
        known = self.data["router"]
        gateway = None
        if known["gateway"]:
            gateway = port(GATEWAY_PORT, "network:router_gateway", EXTERNAL, known["gateway"], "fa:16:3e:00:00:10")
        router = {
            "id": ROUTER,
            "name": "router",
            "tenant_id": "f0000000000040008000000000000001",
            "project_id": "f0000000000040008000000000000001",
            "admin_state_up": True,
            "status": "ACTIVE",
            "ha": False,
            "distributed": self.distributed,
            "enable_snat": True,
            "external_gateway_info": {"network_id": EXTERNAL_NETWORK, "enable_snat": True} if gateway else None,
            "gw_port_id": GATEWAY_PORT if gateway else None,
            "gw_port": gateway,
            "routes": copy.deepcopy(known["routes"]),
            "_interfaces": [port(INTERNAL_PORT, owner, INTERNAL, "10.0.0.1", "fa:16:3e:00:01:01")],
            "_floatingips": [self.floating(floating, fixed) for floating, fixed in self.data["floating"].items()],
        }
        if self.distributed:
            router["_snat_router_interfaces"] = []
            if gateway:
                gateway["binding:host_id"] = known["port_host"]
                router["gw_port_host"] = known["snat_host"]
                router["_snat_router_interfaces"].append(
                    port(SNAT_PORT, "network:router_centralized_snat", INTERNAL, "10.0.0.3", "fa:16:3e:00:01:03")
                )
            router["_floatingip_agent_interfaces"] = [agent_gateway_port()]
        return router

    def floating(self, floating, fixed):
        centralized = floating in self.data["router"]["centralized"]
        return {
            **({"dvr_snat_bound": True} if centralized else {}),
            "id": floating_identifier(floating),
            "floating_ip_address": floating,
            "fixed_ip_address": fixed,
            "fixed_ip_address_scope": None,
            "floating_network_id": EXTERNAL_NETWORK,
            "router_id": ROUTER,
            "port_id": "d4000000-0000-4000-8000-000000000001",
            "status": self.data["status"].get(floating, "DOWN"),
            "host": None if centralized else HOST,
            "dest_host": None,
            "port_forwardings": [],
        }

    def error(self):
        """The floating IPs that the agent has not reported as ACTIVE, as an error text, or nothing."""
        wrong = [f"floating IP {address}: {status}" for address, status in self.data["status"].items() if status != "ACTIVE"]
        return ", ".join(wrong) or None


def rpc_client(server):
    """A class in place of `L3PluginApi`: the same calls, answered from `server` instead of over AMQP."""

    class ServerRPC:
        def __init__(self, topic, host):
            self.host = host

        def get_routers(self, context, router_ids=None):
            router = server.router()
            return [router] if router and (not router_ids or router["id"] in router_ids) else []

        def get_router_ids(self, context):
            return [router["id"] for router in self.get_routers(context)]

        def update_floatingip_statuses(self, context, router_id, fip_statuses):
            for address in server.data["floating"]:
                if floating_identifier(address) in fip_statuses:
                    server.data["status"][address] = fip_statuses[floating_identifier(address)]
            server.save()

        def get_ports_by_subnet(self, context, subnet_id):
            router = server.router()
            ports = router["_interfaces"] + router.get("_snat_router_interfaces", []) if router else []
            return [port for port in ports if port["fixed_ips"][0]["subnet_id"] == subnet_id]

        def get_agent_gateway_port(self, context, fip_net):
            return agent_gateway_port()

        def delete_agent_gateway_port(self, context, fip_net):
            pass

        def get_service_plugin_list(self, context):
            return ["router", "dvr"]

        def get_host_ha_router_count(self, context):
            return 0

        def get_external_network_id(self, context):
            return EXTERNAL_NETWORK

        def get_networks(self, context, filters=None, fields=None):
            return [{"id": network, "mtu": MTU} for network in (EXTERNAL_NETWORK, INTERNAL_NETWORK)]

        def process_prefix_update(self, context, prefix_update):
            pass

        def update_all_ha_network_port_statuses(self, context):
            pass

        def update_ha_routers_states(self, context, states):
            pass

    return ServerRPC
