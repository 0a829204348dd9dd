/** Programs that touch only this machine, whatever their arguments are. Nothing that runs code of the project is among them. */
const names = new Set(`
  [ arch b2sum base32 base64 basename basenc bat batcat bunzip2 bzcat bzip2 cal cat chgrp chmod chown cksum clang clang-format clang-tidy clang++ cloc cmp column comm cp csplit cut
  date dd df diff diff3 dir dircolors dirname dos2unix du echo egrep env exa expand expr eza factor false fd fdfind fgrep file find fmt fold free g++ gawk gcc cc c++ cpp ld as ar nm ranlib strip gofmt goimports
  grep groups gunzip gzip head hexdump hostid hostname htop iconv id install jq yq join kill killall less link ln logname look ls lsb_release lscpu lsof ltrace md5sum mkdir mkfifo mknod mktemp more mv nl
  nohup nproc numfmt objdump od paste patch pathchk pgrep pidof pkill pr printenv printf ps pstree ptx pwd readelf readlink realpath rev rg ag ack rm rmdir rustc rustfmt sdiff sed awk mawk nawk seq sha1sum
  sha224sum sha256sum sha384sum sha512sum shasum shellcheck shfmt shred shuf size sleep sort split stat strings stty sum sync tac tail tar tee test time timeout tokei top touch tput tr tree
  true truncate tsort tty uname unexpand uniq unix2dos unlink unxz unzip uptime users vdir vmstat wc whereis which who whoami xargs xxd xz xzcat yes zcat zgrep zip zless zstd
  javac jar black isort autopep8 yapf clear reset tput locale getconf getent lsblk mount nice ionice stdbuf setsid chrt taskset watch flock entr script busybox toybox sw_vers pbcopy pbpaste
  delta difft bc dc units cmark pandoc dot pdftotext identify convert magick ffprobe exiftool protoc tsort uuidgen md5 gsed gfind gxargs gtimeout ncal col colrm rename prettier
`.trim().split(/\s+/))

export const isLocalProgram = (name: string): boolean => names.has(name)
