# Switches, vmkernel NICs and settings of the ESXi 6.7 hosts of a cluster.
class profile::esxi::network (
  Array[String] $hosts,
  String        $path    = '/dc1/cluster1',
  Integer       $storage = 9000,
  Hash          $vcenter = lookup('vcenter'),
) {
  transport { 'vcenter':
    username => $vcenter['username'],
    password => $vcenter['password'],
    server   => $vcenter['server'],
    options  => $vcenter['options'],
  }

  vc_dvswitch { '/dc1/dvs-vm':
    ensure    => present,
    max_mtu   => 9000,
    transport => Transport['vcenter'],
  }

  $hosts.each |$host| {
    esx_vswitch { "${host}:vSwitch0":
      ensure    => present,
      path      => $path,
      nics      => ['vmnic0', 'vmnic1'],
      mtu       => 1500,
      transport => Transport['vcenter'],
    }

    # iSCSI and vMotion
    esx_vswitch { "${host}:vSwitch1":
      ensure    => present,
      path      => $path,
      nics      => ['vmnic2', 'vmnic3'],
      mtu       => 9216,
      transport => Transport['vcenter'],
    }

    esx_vmknic {
      "${host}:vmk1":
        ensure    => present,
        portgroup => 'iscsi-a',
        mtu       => $storage,
        transport => Transport['vcenter'];
      "${host}:vmk2":
        ensure    => present,
        portgroup => 'iscsi-b',
        mtu       => $storage,
        transport => Transport['vcenter'];
    }

    esx_advanced_options { $host:
      options   => {
        'VMkernel.Boot.netNetQueueEnabled' => true,
        'Net.FollowHardwareMac'            => 1,
      },
      transport => Transport['vcenter'],
    }
  }
}
