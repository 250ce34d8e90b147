# SPDX-License-Identifier: MIT
#
# What the sections of a module are there for. Reads what "size -A" writes; variable
# "which" names the build. Writes "size WHICH KIND BYTES", of
#
#	code	what was written here, compiled
#	data	constants and variables, and the record that every module has
#	init	both, of what is gone once the module is loaded
#	tables	what the kernel's unwinder, tracers and mitigations know of the code
#	file	what is in the file only: versions of symbols, text for modinfo

NF != 3 || $2 !~ /^[0-9]+$/ || $1 == "Total" || $1 == ".comment" { next }

$1 ~ /^\.init\./ {
	bytes["init"] += $2
	next
}

$1 ~ /^\.(exit\.)?text/ || $1 == ".altinstr_replacement" {
	bytes["code"] += $2
	next
}

$1 ~ /^\.(rodata|data|bss|ref\.data|exit\.data|gnu\.linkonce)/ || $1 == "__param" {
	bytes["data"] += $2
	next
}

$1 == "__versions" || $1 == ".modinfo" || $1 ~ /^\.note/ {
	bytes["file"] += $2
	next
}

{ bytes["tables"] += $2 }

END {
	for (kind in bytes)
		print "size", which, kind, bytes[kind]
}
