#!/bin/sh
# Builds Mira from this folder and installs it for the current user. Running it again upgrades.
#
#   ./install.sh [--prefix DIR]    install below DIR (default: ~/.local)
#   ./install.sh --uninstall [--prefix DIR]
#
# Everything is a function and the last line calls the first one, so that a half-downloaded copy
# of this script does nothing.

set -eu
umask 022

main() {
    prefix=${HOME:-}/.local
    action=install
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix)
                [ $# -ge 2 ] && [ -n "$2" ] || fail "--prefix needs a directory"
                prefix=$2
                shift
                ;;
            --prefix=?*) prefix=${1#--prefix=} ;;
            --uninstall) action=uninstall ;;
            -h | --help) usage; exit 0 ;;
            *) usage >&2; fail "unknown argument: $1" ;;
        esac
        shift
    done
    case $prefix in
        /.local) fail "HOME is not set: choose a directory with --prefix" ;;
        /*) ;;
        *) prefix=$PWD/$prefix ;;
    esac
    manifest=$prefix/share/mira/installed
    "$action"
}

usage() {
    echo "Usage: ./install.sh [--prefix DIR] [--uninstall]"
}

install() {
    cd "$(dirname "$0")"
    check_tools
    staging=$(mktemp -d)
    trap 'rm -rf "$staging"' EXIT
    trap 'exit 130' INT TERM HUP
    build
    stage
    place_all
    say_what_next
}

# --- tools -------------------------------------------------------------------------------------

check_tools() {
    missing=0
    check_rust || missing=1
    check_compiler || missing=1
    [ "$missing" -eq 0 ] || fail "nothing was built or installed"
}

check_rust() {
    needed=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml)
    if ! command -v cargo > /dev/null; then
        say "Rust is missing (cargo $needed or newer). To install it:"
        say "    $(rust_command)"
        return 1
    fi
    found=$(cargo --version | sed 's/^cargo \([0-9.]*\).*/\1/')
    if ! at_least "$found" "$needed"; then
        say "Rust is too old: cargo $found, and Mira needs $needed or newer. To upgrade it:"
        if command -v rustup > /dev/null; then
            say "    rustup update stable"
        else
            say "    $(rust_command)"
        fi
        return 1
    fi
}

# at_least FOUND NEEDED: compares major and minor.
at_least() {
    found_major=${1%%.*} found_rest=${1#*.}
    needed_major=${2%%.*} needed_rest=${2#*.}
    found_minor=${found_rest%%.*} needed_minor=${needed_rest%%.*}
    [ "${found_major:-0}" -gt "$needed_major" ] ||
        { [ "${found_major:-0}" -eq "$needed_major" ] && [ "${found_minor:-0}" -ge "$needed_minor" ]; }
}

# Distributions' own Rust is often too old, so each command installs rustup.
rust_command() {
    case $(package_manager) in
        apt) echo "${sudo}apt install rustup && rustup default stable" ;;
        dnf) echo "${sudo}dnf install rustup && rustup-init -y && . ~/.cargo/env" ;;
        pacman) echo "${sudo}pacman -S rustup && rustup default stable" ;;
        brew) echo "brew install rustup && rustup default stable && export PATH=\"\$(brew --prefix rustup)/bin:\$PATH\"" ;;
        *) echo "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh" ;;
    esac
}

# The bundled SQLite is C: a compiler that finds its headers and links is needed.
check_compiler() {
    probe=$(mktemp -d)
    printf '#include <stdlib.h>\nint main(void) { return 0; }\n' > "$probe/probe.c"
    if "${CC:-cc}" "$probe/probe.c" -o "$probe/probe" > /dev/null 2>&1; then
        rm -rf "$probe"
        return 0
    fi
    rm -rf "$probe"
    say "A working C compiler is missing (${CC:-cc}). To install one:"
    case $(package_manager) in
        apt) say "    ${sudo}apt install build-essential" ;;
        dnf) say "    ${sudo}dnf install gcc" ;;
        pacman) say "    ${sudo}pacman -S base-devel" ;;
        brew) say "    $(brew_compiler)" ;;
        *) say "    install gcc or clang with your system's package manager" ;;
    esac
    return 1
}

# On macOS the compiler comes from Apple.
brew_compiler() {
    if [ "$(uname -s)" = Darwin ]; then echo "xcode-select --install"; else echo "brew install gcc"; fi
}

sudo="sudo "
[ "$(id -u 2> /dev/null || echo 1)" -ne 0 ] || sudo=""

package_manager() {
    for manager in apt dnf pacman brew; do
        if command -v "$manager" > /dev/null; then
            echo "$manager"
            return
        fi
    done
}

# --- build -------------------------------------------------------------------------------------

build() {
    say "Building Mira (some minutes the first time) ..."
    cargo build --release --locked --bin mira --target-dir target
    built=target/release/mira
    [ -x "$built" ] || fail "cargo did not leave a program at $built; is build.target set in your cargo configuration?"
    "$built" --version > /dev/null || fail "the new program does not start"
}

# Everything is made before anything is placed.
stage() {
    cp "$built" "$staging/mira"
    "$built" completions bash > "$staging/mira.bash"
    "$built" completions zsh > "$staging/_mira"
    "$built" completions fish > "$staging/mira.fish"
    "$built" man > "$staging/mira.1"
}

# --- place -------------------------------------------------------------------------------------

# What is installed: staged name, place below the prefix, mode.
files() {
    cat << 'LIST'
mira bin/mira 755
mira.bash share/bash-completion/completions/mira 644
_mira share/zsh/site-functions/_mira 644
mira.fish share/fish/vendor_completions.d/mira.fish 644
mira.1 share/man/man1/mira.1 644
LIST
}

# The list is in place before the first file is, so that --uninstall finds an installation that
# was interrupted.
place_all() {
    listed=$staging/installed
    # An upgrade remembers the folders that the first installation made.
    if [ -f "$manifest" ]; then grep '^folder ' "$manifest" > "$listed" || true; else : > "$listed"; fi
    files > "$staging/files"
    make_folder share/mira
    while read -r _ target _; do
        make_folder "$(dirname "$target")"
        echo "file $target" >> "$listed"
    done < "$staging/files"
    replace "$listed" "$manifest" 644
    while read -r name target mode; do
        replace "$staging/$name" "$prefix/$target" "$mode"
    done < "$staging/files"
}

# The old file stays whole until the new one is: copied beside it, then renamed over it.
replace() {
    new=$2.new.$$
    trap 'rm -rf "$staging" "$new"' EXIT
    cp "$1" "$new"
    chmod "$3" "$new"
    mv -f "$new" "$2"
}

# Creates a folder below the prefix and notes each level that was not there.
make_folder() {
    [ -d "$prefix/$1" ] && return
    case $1 in
        . | /) mkdir -p "$prefix" ;;
        *)
            make_folder "$(dirname "$1")"
            mkdir "$prefix/$1"
            ;;
    esac
    echo "folder $1" >> "$listed"
}

say_what_next() {
    say ""
    say "$("$prefix/bin/mira" --version) is installed: $prefix/bin/mira"
    case :$PATH: in
        *:"$prefix/bin":*) ;;
        *)
            say ""
            say "$prefix/bin is not on your PATH. Add this line to your shell's profile:"
            say "    export PATH=\"$prefix/bin:\$PATH\""
            ;;
    esac
    say ""
    say "Next:"
    say "    mira demo --exec        see it work, without a key"
    say "    mira auth set openai    store your key"
}

# --- uninstall ---------------------------------------------------------------------------------

uninstall() {
    [ -f "$manifest" ] || fail "no installation of Mira below $prefix"
    while read -r kind name; do
        [ "$kind" != file ] || rm -f "$prefix/$name"
    done < "$manifest"
    folders=$(sed -n 's/^folder //p' "$manifest" | LC_ALL=C sort -r)
    rm -f "$manifest"
    # Deepest first; a folder that others use by now stays. (`.` is the prefix: rmdir refuses `x/.`)
    for folder in $folders; do
        [ "$folder" = . ] && folder= || folder=/$folder
        rmdir "$prefix$folder" 2> /dev/null || true
    done
    say "Mira is removed from $prefix. Your conversations, keys and settings are untouched."
}

say() {
    printf '%s\n' "$1"
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit 1
}

main "$@"
