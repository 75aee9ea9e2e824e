"""The interface driver: Neutron's own for plain bridges where the version has it, and what an L2 agent does to a new port."""

import os
import subprocess

from neutron.agent.linux import interface
from neutron.agent.linux import ip_lib
from neutron.agent.linux import utils

EXTERNAL_PREFIXES = ("fg-", "qg-")


def attach(tap_name, device_name):
    """Puts the outer end of a port into its bridge, as an L2 agent would."""
    bridge = "br-ex" if device_name.startswith(EXTERNAL_PREFIXES) else "br-int"
    command = ["ip", "link", "set", "dev", tap_name, "master", bridge]
    if os.getuid() == 0:
        subprocess.run(command, check=True)
    else:  # an L2 agent is root whoever the L3 agent is: by the privileged process
        utils.execute(command, run_as_root=True, privsep_exec=True)


if hasattr(interface, "BridgeInterfaceDriver"):

    class VethDriver(interface.BridgeInterfaceDriver):
        """Neutron's veth pairs, their outer ends in bridges."""

        def plug_new(self, network_id, port_id, device_name, mac_address, bridge=None, namespace=None, prefix=None, *rest, **named):
            super().plug_new(network_id, port_id, device_name, mac_address, bridge, namespace, prefix, *rest, **named)
            attach(device_name.replace(prefix or self.DEV_NAME_PREFIX, "tap"), device_name)

else:

    class VethDriver(interface.LinuxInterfaceDriver):
        """The same, for versions that have no driver for plain bridges any more."""

        DEV_NAME_PREFIX = "ns-"

        def plug_new(self, network_id, port_id, device_name, mac_address, bridge=None, namespace=None, prefix=None, mtu=None, *rest, **named):
            tap_name = device_name.replace(prefix or self.DEV_NAME_PREFIX, "tap")
            outer, inner = ip_lib.IPWrapper().add_veth(tap_name, device_name, namespace2=namespace)
            outer.disable_ipv6()
            inner.link.set_address(mac_address)
            if mtu:
                self.set_mtu(device_name, mtu, namespace=namespace, prefix=prefix)
            outer.link.set_up()
            inner.link.set_up()
            attach(tap_name, device_name)

        def unplug(self, device_name, bridge=None, namespace=None, prefix=None):
            try:
                ip_lib.IPDevice(device_name, namespace=namespace).link.delete()
            except RuntimeError:
                interface.LOG.error("Failed unplugging interface '%s'", device_name)

        def set_mtu(self, device_name, mtu, namespace=None, prefix=None):
            tap_name = device_name.replace(prefix or self.DEV_NAME_PREFIX, "tap")
            ip_lib.IPDevice(tap_name).link.set_mtu(mtu)
            ip_lib.IPDevice(device_name, namespace=namespace).link.set_mtu(mtu)
