import { agentText, type Content, contentOf } from "./content.ts";

/** One way to change a file, which a watch has to find. */
export interface Change {
  readonly name: string;
  /**
   * A shell script, run in the temporary directory in a process of its own. `$file` is what is
   * watched, `$new` a file elsewhere with what is to be found, `$dir` where `$file` is, `$i` counts the
   * rounds from 1, and `$old` is one less.
   */
  readonly change: string;
  /** What is there before the watch is opened. `$new` has what the first snapshot shows. */
  readonly start?: string;
  /** Where `$file` is. */
  readonly path?: string;
  /** Programs that it needs. */
  readonly needs?: readonly string[];
  /** What a round is to lead to, if not to what `$new` says from the start. */
  readonly content?: (round: number) => Content;
  /** No event tells of it, at least on one runtime: it may take a poll. */
  readonly poll?: boolean;
  /** Contents in between are whole too, and may be published. */
  readonly several?: boolean;
  readonly rounds?: number;
  /** The process cannot go on after it: `fifo.test.ts` has it for that runtime. */
  readonly not?: "deno";
}

/** How to write a first content in place. */
const START = `mkdir -p "$dir"; cp "$new" "$file"`;
/** A slow writer: the content in so many pieces, with a pause in milliseconds after each. */
const inPieces = (pieces: number, pauseMs: number, open: string): string =>
  `perl -e 'local $/; open F, "<", $ENV{new}; $all = <F>; $part = int(length($all) / ${pieces}) + 1;
    ${open}; select OUT; $| = 1;
    while ($all =~ /\\G(.{1,$part})/gs) { print $1; select undef, undef, undef, ${pauseMs} / 1000 }'`;
/** So many contents with labels of their own, the last of which is the one that is meant. */
const burst = (count: number, pauseMs: number, save: string): string =>
  `perl -e 'local $/; open F, "<", $ENV{new}; $all = <F>;
    for $k (1 .. ${count}) {
      $text = $all; $text =~ s/label: .*/label: between$ENV{i}-$k/g if $k < ${count};
      ${save}
      select undef, undef, undef, ${pauseMs} / 1000;
    }'`;
const inPlace = `open O, ">", $ENV{file}; syswrite O, $text; close O;`;
const byRename =
  `open O, ">", "$ENV{file}.tmp"; syswrite O, $text; close O; rename "$ENV{file}.tmp", $ENV{file};`;
/** Puts the new content in place with vim, with these settings. */
const vim = (settings: string): string =>
  `vim -es -N -u NONE -i NONE -c 'set ${settings}' -c '%d' -c "0r $new" -c 'wq' "$file"`;
/** The same with emacs. */
const emacs = (settings: string): string =>
  `emacs -Q --batch "$file" --eval '(progn (setq ${settings}) (erase-buffer)
    (insert-file-contents (getenv "new")) (set-buffer-modified-p t) (save-buffer))' 2>/dev/null`;
const appended = (rounds: number): Content =>
  contentOf([
    ...Array.from({ length: 8 }, (_, at) => [`a${at}`, "round0"] as const),
    ...Array.from({ length: rounds }, (_, at) => [`more${at + 1}`, "added"] as const),
  ]);

/** Every change is found, at least three times in a row. */
export const CHANGES: readonly Change[] = [
  // Saves in place.
  { name: "overwrite in place", change: `cat "$new" > "$file"` },
  {
    name: "overwrite without truncating first",
    change: `dd if="$new" of="$file" conv=notrunc status=none`,
  },
  {
    name: "truncate, then write in pieces for 300 ms",
    change: inPieces(20, 15, `open OUT, ">", $ENV{file}`),
  },
  {
    name: "truncate, then write in pieces for 3 s",
    change: inPieces(200, 15, `open OUT, ">", $ENV{file}`),
  },
  {
    name: "truncate, pause, then write",
    change: `: > "$file"; sleep 0.1; cat "$new" > "$file"`,
  },
  {
    name: "append",
    change: `printf '%s' "$more" >> "$file"`,
    content: appended,
  },
  { name: "tee", change: `tee "$file" < "$new" > /dev/null` },
  {
    name: "mmap",
    needs: ["python3"],
    poll: true,
    change: `python3 -c 'import mmap, os
new = open(os.environ["new"], "rb").read()
with open(os.environ["file"], "r+b") as f:
    with mmap.mmap(f.fileno(), 0) as m: m[:] = new'`,
  },
  {
    name: "hard link, written by its other name",
    start: `${START}; mkdir elsewhere; ln "$file" elsewhere/link`,
    poll: true,
    change: `cat "$new" > elsewhere/link`,
  },
  // Stamps that prove nothing.
  {
    name: "same mtime and size",
    change: `cp -p "$file" stamp; cat "$new" > "$file"; touch -r stamp "$file"`,
  },
  {
    name: "older mtime, in place",
    change: `cp "$new" other; touch -d "2001-01-0$i" other; cp -p other "$file"`,
  },
  {
    name: "older mtime, by rename",
    change: `cp "$new" other; touch -d "2001-01-0$i" other; mv other "$file"`,
  },
  {
    name: "older mtime, unpacked by tar",
    needs: ["tar"],
    change: `mkdir -p pack; cp "$new" pack/agents.yaml; touch -d "2001-01-0$i" pack/agents.yaml
      tar -C pack -cf pack.tar agents.yaml; tar -xf pack.tar`,
  },
  // Renames.
  {
    name: "rename from the same directory",
    change: `cp "$new" "$file.tmp"; mv "$file.tmp" "$file"`,
  },
  { name: "rename from another directory", change: `mv "$new" "$file"` },
  {
    name: "rename away, then another one there",
    change: `mv "$file" "$file.bak"; cp "$new" "$file.tmp"; mv "$file.tmp" "$file"`,
  },
  {
    name: "hard link in place of the file",
    change: `rm "$file"; ln "$new" "$file"`,
  },
  {
    name: "JetBrains: through ___jb_tmp___ and ___jb_old___",
    change: `cp "$new" "\${file}___jb_tmp___"; mv "$file" "\${file}___jb_old___"
      mv "\${file}___jb_tmp___" "$file"; rm "\${file}___jb_old___"`,
  },
  {
    name: "VS Code: truncate, write, then set the mode",
    change: `: > "$file"; cat "$new" > "$file"; chmod 644 "$file"`,
  },
  {
    name: "VS Code, files.atomic: through vsctmp",
    change: `cp "$new" "$file.vsctmp"; mv "$file.vsctmp" "$file"`,
  },
  // Editors and tools.
  { name: "vim, backupcopy=auto", needs: ["vim"], change: vim("backupcopy=auto") },
  { name: "vim, backupcopy=no", needs: ["vim"], change: vim("backupcopy=no writebackup") },
  { name: "vim, backupcopy=yes", needs: ["vim"], change: vim("backupcopy=yes writebackup") },
  { name: "vim, with a backup file", needs: ["vim"], change: vim("backupcopy=no backup") },
  {
    name: "nano",
    needs: ["nano", "script"],
    change: `cp "$new" next; { sleep 0.4; printf '\\033T'; sleep 0.1; printf '\\022next\\r'
      sleep 0.1; printf '\\023'; sleep 0.1; printf '\\030'; sleep 0.1; } |
      TERM=xterm script -qec "nano --ignorercfiles $file" /dev/null > /dev/null`,
  },
  { name: "emacs", needs: ["emacs"], change: emacs("make-backup-files t backup-by-copying nil") },
  {
    name: "emacs, backup by copying",
    needs: ["emacs"],
    change: emacs("make-backup-files t backup-by-copying t"),
  },
  {
    name: "emacs, file-precious-flag",
    needs: ["emacs"],
    change: emacs("file-precious-flag t"),
  },
  { name: "sed -i", change: `sed -i "s/label: .*/label: round$i/" "$file"` },
  {
    name: "perl -i",
    needs: ["perl"],
    change: `perl -i -pe 's/label: .*/label: round$ENV{i}/' "$file"`,
  },
  {
    name: "git checkout",
    needs: ["git"],
    path: "repo/conf/agents.yaml",
    start: `mkdir repo; cd repo; git init -q .; git config user.email a@b; git config user.name a
      git commit -q --allow-empty -m none; git branch none
      for k in 3 2 1 0; do
        git checkout -q -b b$k none; mkdir -p conf; echo "# $k" > other
        cp "$stage/round$k" conf/agents.yaml
        git add . && git commit -q -m b$k; done`,
    change: `cd repo; git checkout -q b$i`,
  },
  {
    name: "git checkout of a branch without the directory, and back",
    needs: ["git"],
    path: "repo/conf/agents.yaml",
    start: `mkdir repo; cd repo; git init -q .; git config user.email a@b; git config user.name a
      git commit -q --allow-empty -m none; git branch none
      for k in 3 2 1 0; do
        git checkout -q -b b$k none; mkdir -p conf
        cp "$stage/round$k" conf/agents.yaml
        git add . && git commit -q -m b$k; done`,
    change: `cd repo; git checkout -q none; sleep 0.2; git checkout -q b$i`,
  },
  // Links.
  {
    name: "ConfigMap: ..data swapped",
    start:
      `mkdir ..0; cp "$new" ..0/agents.yaml; ln -s ..0 ..data; ln -s ..data/agents.yaml "$file"`,
    change: `mkdir ..$i; cp "$new" ..$i/agents.yaml; ln -s ..$i ..data_tmp; mv -T ..data_tmp ..data
      rm -r ..$old`,
  },
  {
    name: "link whose target is edited",
    start: `mkdir real; cp "$new" real/a; ln -s real/a "$file"`,
    change: `cat "$new" > real/a`,
  },
  {
    name: "link whose target is replaced",
    start: `mkdir real; cp "$new" real/a; ln -s real/a "$file"`,
    change: `cp "$new" real/b; mv real/b real/a`,
  },
  {
    name: "link that is re-pointed",
    start: `mkdir real; cp "$new" real/0; ln -s real/0 "$file"`,
    change: `cp "$new" real/$i; ln -s real/$i link; mv -T link "$file"`,
  },
  {
    name: "link of two hops whose second is re-pointed",
    start: `mkdir real hop; cp "$new" real/0; ln -s ../real/0 hop/link; ln -s hop/link "$file"`,
    change: `cp "$new" real/$i; ln -s ../real/$i link; mv -T link hop/link`,
  },
  {
    name: "link of two hops whose first is re-pointed",
    start: `mkdir real hop; cp "$new" real/0; ln -s ../real/0 hop/0; ln -s hop/0 "$file"`,
    change: `cp "$new" real/$i; ln -s ../real/$i hop/$i; ln -s hop/$i link; mv -T link "$file"`,
  },
  {
    name: "directory that is a link and is re-pointed",
    path: "current/agents.yaml",
    start: `mkdir -p 0; cp "$new" 0/agents.yaml; ln -s 0 current`,
    change: `mkdir $i; cp "$new" $i/agents.yaml; ln -s $i link; mv -T link current`,
  },
  {
    name: "link in place of a file, and a file in place of a link",
    change: `cp "$new" real$i; rm "$file"; ln -s real$i "$file"; rm "$file"; cp "$new" "$file"`,
  },
  {
    name: "dangling link, whose target comes later",
    start: `ln -s later/0 "$file"`,
    change: `rm "$file"; ln -s later/$i "$file"; sleep 0.1; mkdir -p later; cp "$new" later/$i`,
  },
  // What is not there.
  { name: "file missing at start", start: ":", change: `rm -f "$file"; cp "$new" "$file"` },
  {
    name: "directory missing at start",
    path: "a/agents.yaml",
    start: ":",
    change: `rm -rf a; mkdir a; cp "$new" "$file"`,
  },
  {
    name: "three levels missing at start, created slowly",
    path: "a/b/c/agents.yaml",
    start: ":",
    change: `rm -rf a; for d in a a/b a/b/c; do mkdir $d; sleep 0.1; done; cp "$new" "$file"`,
  },
  {
    name: "three levels missing at start, moved there at once",
    path: "a/b/c/agents.yaml",
    start: ":",
    change: `rm -rf a; mkdir -p t/b/c; cp "$new" t/b/c/agents.yaml; mv t a`,
  },
  { name: "delete and recreate at once", change: `rm "$file"; cp "$new" "$file"` },
  {
    name: "delete and recreate after 50 ms",
    change: `rm "$file"; sleep 0.05; cp "$new" "$file"`,
  },
  {
    name: "delete and recreate after 150 ms",
    change: `rm "$file"; sleep 0.15; cp "$new" "$file"`,
  },
  { name: "delete and recreate after 3 s", change: `rm "$file"; sleep 3; cp "$new" "$file"` },
  {
    name: "parent directory removed and made again",
    path: "a/b/agents.yaml",
    change: `rm -r a/b; mkdir a/b; cp "$new" "$file"`,
  },
  {
    name: "grandparent directory removed and made again, later",
    path: "a/b/agents.yaml",
    change: `rm -r a; sleep 0.15; mkdir -p a/b; cp "$new" "$file"`,
  },
  {
    name: "parent directory moved away and back",
    path: "a/b/agents.yaml",
    change: `mv a/b away; sleep 0.15; cp "$new" away/agents.yaml; mv away a/b`,
  },
  {
    name: "parent directory moved away, edited and moved back at once",
    path: "a/b/agents.yaml",
    poll: true,
    change: `mv a/b away; cp "$new" away/agents.yaml; mv away a/b`,
  },
  {
    name: "parent directory replaced",
    path: "a/b/agents.yaml",
    poll: true,
    change: `mkdir t; cp "$new" t/agents.yaml; mv a/b a/old$i; mv t a/b`,
  },
  {
    name: "grandparent directory replaced",
    path: "a/b/agents.yaml",
    poll: true,
    change: `mkdir -p t/b; cp "$new" t/b/agents.yaml; mv a old$i; mv t a`,
  },
  {
    name: "parent directory exchanged",
    path: "a/b/agents.yaml",
    needs: ["python3"],
    poll: true,
    start: `${START}; cp -r a/b a/t`,
    change: `cp "$new" a/t/agents.yaml; python3 -c 'import ctypes
assert ctypes.CDLL(None).renameat2(-100, b"a/b", -100, b"a/t", 2) == 0'`,
  },
  // Bursts.
  { name: "200 writes in a second", several: true, change: burst(200, 5, inPlace) },
  { name: "200 renames in a second", several: true, change: burst(200, 5, byRename) },
  { name: "200 writes without a pause", several: true, change: burst(200, 0, inPlace) },
  {
    name: "pairs of saves in place, 1 to 100 ms apart",
    several: true,
    rounds: 7,
    change: pairs("inPlace"),
  },
  {
    name: "pairs of renames, 1 to 100 ms apart",
    several: true,
    rounds: 7,
    change: pairs("byRename"),
  },
  {
    name: "A, B, A, B without a pause",
    several: true,
    change: burst(4, 0, byRename),
  },
  {
    name: "among 2,000 files that come and go",
    change: `perl -e 'for (1 .. 2000) { open O, ">", "sibling$_"; close O }'
      cat "$new" > "$file"; perl -e 'unlink "sibling$_" for 1 .. 2000'`,
  },
  // What is no file.
  {
    name: "FIFO in place, and back",
    not: "deno",
    change: `rm "$file"; mkfifo "$file"; sleep 0.15; rm "$file"; cp "$new" "$file"`,
  },
  {
    name: "directory in place, and back",
    change: `rm "$file"; mkdir "$file"; sleep 0.15; rmdir "$file"; cp "$new" "$file"`,
  },
  {
    name: "permissions taken, edited and given",
    change: `chmod 000 "$file"; sleep 0.1; cat "$new" > "$file"; chmod 644 "$file"`,
  },
  {
    name: "permissions of the directory taken and given",
    path: "a/agents.yaml",
    change: `chmod 000 a; sleep 0.1; cat "$new" > "$file"; chmod 755 a`,
  },
];

/** Nothing of this is a change: no revision comes of it. */
export const NO_CHANGES: readonly Change[] = [
  { name: "touch", change: `touch "$file"` },
  { name: "chmod", change: `chmod 600 "$file"; chmod 644 "$file"` },
  { name: "the same bytes in place", change: `cp "$file" copy; cat copy > "$file"` },
  { name: "the same bytes by rename", change: `cp "$file" copy; mv copy "$file"` },
  { name: "reading", change: `cat "$file" > /dev/null; ls -la . > /dev/null` },
  { name: "siblings", change: `for k in 1 2 3; do echo $k > other$k; done; rm other1` },
  {
    name: "a sibling of the directory",
    path: "a/agents.yaml",
    change: `mkdir -p b; echo 1 > b/agents.yaml`,
  },
  { name: "moved away and back", change: `mv "$file" away; mv away "$file"` },
  {
    name: "another content, and back at once",
    change: `cp "$file" copy; cat "$new" > "$file"; cat copy > "$file"`,
  },
  { name: "a hard link more", change: `ln "$file" link$i; rm link$i` },
  {
    name: "emptied for a while",
    change: `cp "$file" copy; : > "$file"; sleep 0.3; cat copy > "$file"`,
  },
  {
    name: "half of it for a while",
    change: `cp "$file" copy; head -c 100 copy > "$file"; sleep 0.03; cat copy > "$file"`,
  },
  { name: "a comment", change: `echo "# $i" >> "$file"` },
];

function pairs(save: "inPlace" | "byRename"): string {
  const one = save === "inPlace" ? inPlace : byRename;
  return `perl -e 'local $/; open F, "<", $ENV{new}; $all = <F>;
    $text = $all; $text =~ s/label: .*/label: first$ENV{i}/g; ${one}
    select undef, undef, undef, (0, 1, 2, 5, 10, 20, 50, 100)[$ENV{i}] / 1000;
    $text = $all; ${one}'`;
}

/** What is added to a file by the scenario that appends. */
export function moreText(round: number): string {
  return agentText(`more${round}`, "added");
}
