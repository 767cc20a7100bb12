<#
  Sets up the NICs of all ESXi 6.0 hosts of a cluster.

    .\setup.ps1 -Cluster prod -Credential (Get-Credential)
#>
param(
    [Parameter(Mandatory)] [string] $Cluster,
    [Parameter(Mandatory)] $Credential,
    [string] $Log = "nics.log",
    [switch] $Reboot
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Write-Line([string] $text) {
    $line = "{0:s} {1}" -f (Get-Date), $text
    Write-Host $line
    Add-Content -Path $Log -Value $line
}

Connect-VIServer -Server vc.example.com -Credential $Credential | Out-Null

foreach ($vmhost in Get-Cluster $Cluster | Get-VMHost) {
    if ($vmhost.ConnectionState -ne 'Maintenance') {
        Write-Line "$($vmhost.Name): not in maintenance mode, passed over"
        continue
    }
    Write-Line "$($vmhost.Name): NICs"

    $module = Get-VMHostModule -VMHost $vmhost -Name ixgbe
    Set-VMHostModule -HostModule $module `
        -Options "RSS=4,4,4,4 InterruptThrottleRate=8000 8000 8000 8000" -Confirm:$false

    # as it was with ESXi 5.5
    $v1 = Get-EsxCli -VMHost $vmhost
    $v1.system.module.parameters.set($null, "igb", "RSS=4,4")

    $esxcli = Get-EsxCli -VMHost $vmhost -V2
    $esxcli.system.settings.kernel.set.Invoke(@{
        setting = 'netNetQueueEnabled'
        value   = 'TRUE'
    })

    $vmhost | Get-VirtualSwitch -Name vSwitch1 | Set-VirtualSwitch -Mtu 9000 -Confirm:$false
    Get-VMHostNetworkAdapter -VMHost $vmhost -Name vmk1 | Set-VMHostNetworkAdapter -Mtu 9000 -Confirm:$false

    # what became of it
    $esxcli.system.module.parameters.list.Invoke(@{ module = 'ixgbe' }) |
        Where-Object { $_.Value } |
        ForEach-Object { Write-Line "  $($_.Name)=$($_.Value)" }

    if ($Reboot) {
        Restart-VMHost -VMHost $vmhost -Confirm:$false | Out-Null
        Write-Line "$($vmhost.Name): starts anew"
    }
}

Write-Line "All hosts are set up"
Disconnect-VIServer -Server vc.example.com -Confirm:$false
