extension CaptionBook {
    /// How things look, in words that are not their names.
    static let descriptions: [String: [CaptionPattern]] = [
        "basket_weave": [
            "flat {strands|strips|bands} passing over and under {each other|one another}",
            "{flat |broad |}strips {laid|plaited} over and under in {groups|pairs|squares}",
            "{wicker|cane|rattan} {strips|strands} crossing {over and under|at right angles}",
        ],
        "brick_wall": [
            "{red |brown |}blocks in {rows|courses} with {pale|grey|light} mortar {between them|joints|lines}",
            "{rows|courses} of {red |brown |}rectangular blocks set in mortar",
            "rectangular clay blocks, every other row shifted by half",
        ],
        "chevron": [
            "{bold |wide |}bands {bent|folded} {up and down|into sharp points}",
            "{parallel |}bands turning at sharp points, {in two colours|in contrasting colours|up and down}",
            "a row of {pointed|sharp} peaks repeated in {two|contrasting} colours",
        ],
        "cobblestone": [
            "{round|rounded|smooth} {grey |brown |}{pebbles|stones|rocks} packed {closely |tightly |}together{| with dark gaps}",
            "{grey |brown |}{stones|rocks|pebbles} of {different|many} sizes {pressed|fitted} together{| with dark gaps between them}",
            "{irregular|uneven|rounded} {stones|rocks} {side by side|close together}, {dark|black} gaps {between them|around each}",
        ],
        "confetti": [
            "{small|tiny} {paper |}pieces {of|in} many colours {thrown|scattered} {at random|over a plain ground|everywhere}",
            "{colourful|bright|many coloured} {bits|scraps|pieces} of paper {scattered|lying} about",
            "{small|tiny} {bright |colourful |}rectangles {scattered|lying} at random",
        ],
        "fish_scales": [
            "{rounded|round|curved} {plates|shells} {overlapping|lying over each other} in rows, {each lit along its rim|shiny rims}",
            "{rows|layers} of {curved|rounded} {shiny |}plates, each half covered by the next",
            "{curved|rounded} rims in staggered rows, {shiny|glossy} and {cold|wet}",
        ],
        "gingham": [
            "{white and coloured|two tone} squares with half tones {between them|where stripes cross}",
            "{equal|even} stripes crossing {into|to make} {small |}{white and coloured|light and dark} squares",
            "a picnic tablecloth {with small|of} {even|equal} squares",
        ],
        "herringbone": [
            "{oblong|narrow|long} {blocks|boards|planks} laid at right angles {to each other|end against side}",
            "{parquet|floor} {blocks|boards} set end against side",
            "a floor of {short|narrow|oblong} {boards|planks|blocks} in a broken slanted arrangement",
        ],
        "honeycomb": [
            "{six sided|hexagonal} cells {sharing|with} thin walls",
            "{hexagons|six sided shapes} {fitted|joined} {edge to edge|side by side} in a {grid|net|lattice}",
            "a {grid|net|lattice} of {hexagons|six sided cells|hexagonal cells}{| with thin walls}",
        ],
        "knitted": [
            "{columns|rows} of v shaped {stitches|loops} {in|of} {soft |thick |}yarn",
            "{soft |thick |woollen |}yarn {looped|pulled} into v shaped stitches",
            "{interlocking|neat} {loops|stitches} of {thick |soft |}{yarn|wool}",
        ],
        "leopard_print": [
            "{broken|open} dark {rings|rosettes} on a {tawny|yellow|golden} coat",
            "{tawny|yellow|golden} fur with {broken |}dark {rosettes|blotches}",
            "dark {irregular |}{rosettes|blotches} with {brown|darker} hearts on {fur|a coat}",
        ],
        "marble": [
            "polished stone with {wandering|thin|branching} veins",
            "{branching|wandering|thin} veins {running |}through {smooth|polished} {pale |dark |}stone",
            "a {smooth|polished} slab with {cloudy|smoky} veins",
        ],
        "pinstripe": [
            "thin {pale |white |}lines {evenly spaced|at equal distances} on dark {cloth|suiting}",
            "dark suiting with {thin|fine} {pale|white} parallel lines",
            "a {dark |}{business|gentleman's} suit with {thin|fine} {parallel |}lines",
        ],
        "polka_dots": [
            "equal {discs|circles} {on|in} a regular {grid|arrangement}",
            "{round|equal} {discs|circles} {evenly spaced|in straight rows} on a plain ground",
            "{rows|a regular grid} of {round|equal|large} {discs|circles}",
        ],
        "ripples": [
            "{still |blue |}water with {crossing|spreading} waves",
            "{waves|circular waves} {spreading|crossing} on {blue |still |}water",
            "the surface of {a pond|a lake|water} after {rain|a stone fell in}",
        ],
        "roof_tiles": [
            "rows of {flat|square} {clay |slate |}{slabs|shingles}, each row shading the one below",
            "{flat|square} {clay|slate} {slabs|shingles} in rows with {deep|dark} shadows {below|under each row}",
            "{red|grey} {slabs|shingles} with staggered joints and {deep|dark} shadows",
        ],
        "spider_web": [
            "{thin|fine} threads {running|going} out from a {hub|centre}, joined by {sagging |}rounds",
            "{silk|fine|sticky} threads {spun|strung} around a {hub|centre}",
            "a {silk|fine} net spun by an {insect hunter|eight legged animal}",
        ],
        "tartan": [
            "{stripes|bands} of many widths {and colours |}crossing {each other|at right angles}",
            "a {scottish|highland} {kilt|blanket} with {lines|stripes} of many widths",
            "{coloured|thin and wide} lines crossing over {wide|broad} bands in several colours",
        ],
        "tree_rings": [
            "the {sawn |cut |}end of a log with {uneven |}circles around {a heart|the centre}",
            "a {sawn|cut} {log|stump} with {drying cracks|cracks} {and|across} {uneven |}circles",
            "{uneven|dark} circles around a heart, crossed by {drying |}cracks",
        ],
        "wood_grain": [
            "a {sawn |planed |}board with long {wavering|wavy} fibres",
            "long {wavering|wavy} fibres {along|in} a {plank|board}",
            "a {brown |}{plank|board} with {dark |}fibres bending around a knot",
        ],
        "balloons": [
            "glossy balloons on strings",
            "{party|birthday} balloons",
            "{colourful|shiny} balloons {in the air|on strings}",
        ],
        "draped_cloth": [
            "{satin|silk} hanging in {soft |}folds",
            "{soft|smooth} folds of {satin|silk}",
            "a {satin|silk} curtain",
        ],
        "honey": [
            "{amber|golden} syrup running down",
            "{thick|sweet|golden} honey {dripping|running down}",
            "drops of {honey|syrup}",
        ],
        "house": [
            "a {small |}house with a door and windows",
            "a {small |}cottage under the sky",
            "the front of a {house|cottage}",
        ],
        "night_street": [
            "{street |}lamps at night",
            "a {dark|wet} street at night",
            "blurred lights {at night|in the dark}",
        ],
        "road_sign": [
            "an arrow on a {plate|sign}",
            "a {road|traffic} sign {on a post|with an arrow}",
            "an arrow pointing {right|the way}",
        ],
        "sweater": [
            "a plain pullover",
            "a {pullover|jumper} laid flat",
            "a {warm |}pullover with long sleeves",
        ],
        "tree": [
            "a {single |lonely |}tree in a field",
            "a tree with a {round |}crown",
            "a {green |}tree under the sky",
        ],
    ]
}
