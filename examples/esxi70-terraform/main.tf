# Switches and vmkernel NICs of the ESXi 7.0 hosts of a cluster.
terraform {
  required_providers {
    vsphere = {
      source = "hashicorp/vsphere"
    }
  }
}

variable "hosts" {
  type    = set(string)
  default = ["esxi1.example.com", "esxi2.example.com"]
}

variable "throttle" {
  type    = number
  default = 8000
}

data "vsphere_datacenter" "dc" {
  name = "dc1"
}

data "vsphere_host" "host" {
  for_each      = var.hosts
  name          = each.key
  datacenter_id = data.vsphere_datacenter.dc.id
}

resource "vsphere_host_virtual_switch" "storage" {
  for_each       = var.hosts
  name           = "vSwitch1"
  host_system_id = data.vsphere_host.host[each.key].id
  mtu            = 9000

  network_adapters = ["vmnic2", "vmnic3"]
  active_nics      = ["vmnic2"]
  standby_nics     = ["vmnic3"]
}

resource "vsphere_host_port_group" "storage" {
  for_each            = var.hosts
  name                = "iscsi"
  host_system_id      = data.vsphere_host.host[each.key].id
  virtual_switch_name = vsphere_host_virtual_switch.storage[each.key].name
}

resource "vsphere_vnic" "storage" {
  for_each  = var.hosts
  host      = data.vsphere_host.host[each.key].id
  portgroup = vsphere_host_port_group.storage[each.key].name
  mtu       = 9216

  ipv4 {
    dhcp = true
  }
}

resource "null_resource" "drivers" {
  for_each = var.hosts

  connection {
    host  = each.key
    user  = "root"
    agent = true
  }

  provisioner "remote-exec" {
    inline = [
      "esxcli system module parameters set -m igb -p \"RSS=4,4 InterruptThrottleRate=${var.throttle},${var.throttle}\"",
      "esxcli system module parameters set -m igb -p \"LLISize=0,0\"",
      <<-EOT
        # takes effect at the next boot
        esxcli system settings kernel set -s netNetqueueEnabled -v TRUE
        /sbin/auto-backup.sh
      EOT
    ]
  }
}
