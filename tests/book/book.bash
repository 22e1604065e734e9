# What the tests of the pages share.
# shellcheck shell=bash

# every CHECK: runs CHECK NAME in the folder $FOLDER/NAME of each NAME that `names` prints.
# CHECK prints complaints about $FOLDER/NAME$PAGE.
every() {
    promise=$1
    # shellcheck disable=SC2046  # a list of words
    side_by_side in_its_folder $(names)
}

in_its_folder() {
    (cd "$ROOT/$FOLDER/$1" && "$promise" "$1") 2>&1 | sed "s,^,$FOLDER/$1${PAGE-}: ,"
}
