# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/vm
#
# A machine of QEMU, emulated or with KVM. Files come over 9p; ports are those of
# a virtio console, and the console is a serial port.
#
# Every file scripts/vm.d/machine/NAME.sh sets machine_tools, the programs it
# needs, and defines:
#
#   machine_check	refuses options that it cannot serve
#   machine_set		sets machine to the command that starts the guest
#   machine_ports	what to do in the process that becomes that command
#   machine_ask		makes the kernel say on its console where its processors
#			are, if it can; that ends it, and leaves a file $run/asked
machine_tools=(qemu-system-x86_64)

machine_check()
{
	smp=${smp:-2}
	[ -z "$icount" ] || smp=1
}

machine_set()
{
	accel_choose
	# tsc=reliable: the watchdog of that clock is no use where time stands still
	# whenever the host is busy.
	cmdline="console=ttyS0 oops=panic reboot=t tsc=reliable $cmdline"
	cmdline+=" unknown_nmi_panic panic_print=64"
	# sleep=on: else a second of waiting for this machine's files is minutes there.
	if [ -n "$icount" ]; then
		accel=(-accel "tcg,thread=single" -icount "shift=0,sleep=on")
		cmdline+=" init_on_alloc=0"
	fi
	# QEMU before 8.0 translates a program anew whenever it is at other addresses
	# than before, which takes as long as to run it.
	[[ ${accel[1]} != tcg* ]] || cmdline+=" norandmaps"
	cache_unpacked
	slot_next=0
	slot
	machine=(qemu-system-x86_64
		 -nodefaults -no-user-config -no-reboot -display none -nic none
		 "${accel[@]}" -smp "$smp${kernel_packages:+,sockets=$smp}" -m "$mem"
		 -kernel "$image" -initrd "$initrd" -append "$cmdline"
		 -chardev "file,id=console,path=${run//,/,,}/console.log"
		 -serial chardev:console
		 -device "virtio-serial-pci,$slot")
	mkfifo "$run/monitor.in" "$run/monitor.out"
	machine+=(-chardev "pipe,id=monitor,path=${run//,/,,}/monitor"
		  -mon chardev=monitor)
	port_args 1 "$run/stdout"
	port_args 2 "$run/stderr"
	port_args 3 "$run/status"
	share_args root / ,readonly=on
	share_args run "$share" ,readonly=on
	[ -z "$out" ] || share_args out "$out" ''
	machine+=(${kernel_args[@]+"${kernel_args[@]}"})
}

machine_ports()
{
	:
}

# An interrupt that it cannot but take: the kernel panics.
machine_ask()
{
	touch "$run/asked"
	echo nmi >"$run/monitor.in"
}

# All devices are functions of one slot: setting up the interrupt of a slot
# costs an emulated machine a quarter of a second.
slot()
{
	slot="bus=pci.0,addr=2.$slot_next,multifunction=on"
	slot_next=$((slot_next + 1))
}

share_args()	# tag path options
{
	slot
	machine+=(-fsdev "local,id=$1,path=${2//,/,,},security_model=none,multidevs=remap$3"
		  -device "virtio-9p-pci,fsdev=$1,mount_tag=$1,$slot")
}

port_args()	# number file
{
	machine+=(-chardev "file,id=port$1,path=${2//,/,,}"
		  -device "virtserialport,nr=$1,chardev=port$1")
}
