//! What is found in which language. A case is a path, its text, and a table: kind, name with parents,
//! lines, signature, and the documentation if there is one.

use super::symbols;

fn check(path: &str, text: &str, expected: &str) {
    let found: Vec<String> = symbols(path, text)
        .iter()
        .map(|s| {
            let doc = if s.doc.is_empty() { String::new() } else { format!(" — {}", s.doc) };
            let (kind, name) = (s.kind.as_str(), s.qualified());
            format!("{kind} {name} {}-{} | {}{doc}", s.first_line, s.last_line, s.signature)
        })
        .collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found, expected, "{path}\n{}", found.join("\n"));
}

#[test]
fn rust() {
    let text = "\
//! The shop.
use std::fmt;

/// What is for sale.
/// More words.
#[derive(Clone)]
pub struct Item<T> {
    price: T,
}

const LIMIT: usize = 3;

impl<T: Clone> fmt::Display for Item<T> {
    /// Shows it.
    fn fmt(
        &self,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        const LOCAL: u8 = 1;
        fn inner() {}
        Ok(())
    }
}

pub trait Priced { type Coin; fn price(&self) -> u32; }
pub enum Size { Small }
type Pair = (u8, u8);
macro_rules! cheap { () => {} }
mod stock;
mod tests {
    #[tokio::test]
    async fn it_is_shown() {}
}
";
    check(
        "src/shop.rs",
        text,
        "struct Item 7-9 | pub struct Item<T> — What is for sale.
         constant LIMIT 11-11 | const LIMIT: usize = 3;
         method Item.fmt 15-22 | fn fmt( &self, f: &mut fmt::Formatter<'_>, ) -> fmt::Result — Shows it.
         function Item.fmt.inner 20-20 | fn inner()
         trait Priced 25-25 | pub trait Priced
         type Priced.Coin 25-25 | type Coin;
         method Priced.price 25-25 | fn price(&self) -> u32;
         enum Size 26-26 | pub enum Size
         type Pair 27-27 | type Pair = (u8, u8);
         macro cheap 28-28 | macro_rules! cheap { () => {} }
         module stock 29-29 | mod stock;
         module tests 30-33 | mod tests
         test tests.it_is_shown 32-32 | async fn it_is_shown()",
    );
}

#[test]
fn python() {
    let text = "\
LIMIT = 3

@decorated
class Cart(Base):
    \"\"\"Holds items.

    And more.\"\"\"
    size = 0

    # Adds one.
    @property
    def add(self, item: Item) -> None:
        local = 1
        def inner(): ...

def test_add():
    pass
";
    check(
        "cart.py",
        text,
        "constant LIMIT 1-1 | LIMIT = 3
         class Cart 4-14 | class Cart(Base) — Holds items.
         constant Cart.size 8-8 | size = 0
         method Cart.add 12-14 | def add(self, item: Item) -> None — Adds one.
         function Cart.add.inner 14-14 | def inner()
         test test_add 16-17 | def test_add()",
    );
}

#[test]
fn go() {
    let text = "\
package shop

// Cart holds items.
type Cart struct {
	items []Item
}

type Priced interface {
	Price() int
}

type Items = []Item

const (
	Small = 1
)

var Default = Cart{}

// Add adds one.
func (c *Cart) Add(item Item) error {
	return nil
}

func New[T any](x T) *Cart { return nil }

func TestAdd(t *testing.T) {}
";
    check(
        "shop.go",
        text,
        "struct Cart 4-6 | type Cart struct — Cart holds items.
         interface Priced 8-10 | type Priced interface
         method Priced.Price 9-9 | Price() int
         type Items 12-12 | type Items = []Item
         constant Small 15-15 | Small = 1
         constant Default 18-18 | var Default = Cart{}
         method Cart.Add 21-23 | func (c *Cart) Add(item Item) error — Add adds one.
         function New 25-25 | func New[T any](x T) *Cart
         test TestAdd 27-27 | func TestAdd(t *testing.T)",
    );
}

#[test]
fn typescript() {
    let text = "\
/** What is for sale. */
export interface Item { price(): number }
export type Id = string;
enum Size { Small }
namespace Shop {
  export function open(): void {}
}
export abstract class Cart<T> {
  add = (item: T) => { };
  total(): number { return 0; }
}
export const LIMIT = 3;
declare const VERSION: string;
export const sum = (items: Item[]): number => {
  const local = 1;
  return 0;
};
describe('the cart', () => {
  it('adds', () => {});
});
";
    let expected = "
        interface Item 2-2 | export interface Item — What is for sale.
        method Item.price 2-2 | price(): number
        type Id 3-3 | export type Id = string;
        enum Size 4-4 | enum Size
        module Shop 5-7 | namespace Shop
        function Shop.open 6-6 | export function open(): void
        class Cart 8-11 | export abstract class Cart<T>
        method Cart.add 9-9 | add = (item: T)
        method Cart.total 10-10 | total(): number
        constant LIMIT 12-12 | export const LIMIT = 3
        constant VERSION 13-13 | declare const VERSION: string
        function sum 14-17 | export const sum = (items: Item[]): number
        test the cart 18-20 | describe('the cart', ()
        test the cart.adds 19-19 | it('adds', () => {})";
    check("shop.ts", text, expected);
    check("shop.tsx", text, expected);
}

#[test]
fn javascript() {
    let text = "\
class Cart {
  static add = () => 1;
  total() { return 0; }
}
exports.open = function () {};
function close() {}
var old = function () {};
const api = { send: () => 1 };
module.exports = function start() {};
";
    check(
        "shop.js",
        text,
        "class Cart 1-4 | class Cart
         method Cart.add 2-2 | static add = ()
         method Cart.total 3-3 | total()
         function open 5-5 | exports.open = function ()
         function close 6-6 | function close()
         function old 7-7 | var old = function ()
         constant api 8-8 | const api = { send: () => 1 }
         method api.send 8-8 | send: ()
         function start 9-9 | module.exports = function start()",
    );
}

#[test]
fn java() {
    let text = "\
package shop;

/**
 * Holds items.
 */
public class Cart<T> extends Base {
    public static final int LIMIT = 3;
    private int size;

    public Cart(int size) { }

    @Override
    public int total(List<T> items) { return 0; }

    @Test
    void adds() { }

    enum Size { SMALL }
}

interface Priced { int price(); }
record Point(int x) { }
/** Says who. */
@Retention(
    RUNTIME)
public @interface Author { String name() default NOBODY; }
";
    check(
        "Cart.java",
        text,
        "class Cart 6-19 | public class Cart<T> extends Base — Holds items.
         constant Cart.LIMIT 7-7 | public static final int LIMIT = 3
         method Cart.Cart 10-10 | public Cart(int size)
         method Cart.total 13-13 | public int total(List<T> items)
         test Cart.adds 16-16 | void adds()
         enum Cart.Size 18-18 | enum Size
         interface Priced 21-21 | interface Priced
         method Priced.price 21-21 | int price();
         class Point 22-22 | record Point(int x)
         interface Author 26-26 | public @interface Author — Says who.
         method Author.name 26-26 | String name() default NOBODY;",
    );
}

#[cfg(feature = "csharp")]
#[test]
fn csharp() {
    let text = "\
namespace Shop.Core;

/// Holds items.
[Serializable]
public sealed class Cart<T> : Base where T : new()
{
    public const int Limit = 3;
    private static readonly int Size = 1;
    public Cart(int size) { }
    ~Cart() { }
    public int Total { get; set; }

    [Obsolete]
    public async Task<int> AddAsync(T item)
    {
        const int local = 1;
        int Inner() => local;
        return 1;
    }

    [Fact]
    public void Adds() { }

    enum Kind { Small }
}

interface IPriced { int Price(); }
record Point(int X);
struct Pair { }
delegate void Changed(int x);
";
    check(
        "Cart.cs",
        text,
        "module Shop.Core 1-1 | namespace Shop.Core;
         class Cart 5-25 | public sealed class Cart<T> : Base where T : new() — Holds items.
         constant Cart.Limit 7-7 | public const int Limit = 3
         constant Cart.Size 8-8 | private static readonly int Size = 1
         method Cart.Cart 9-9 | public Cart(int size)
         method Cart.Cart 10-10 | ~Cart()
         method Cart.AddAsync 14-19 | public async Task<int> AddAsync(T item)
         function Cart.AddAsync.Inner 17-17 | int Inner()
         test Cart.Adds 22-22 | public void Adds()
         enum Cart.Kind 24-24 | enum Kind
         interface IPriced 27-27 | interface IPriced
         method IPriced.Price 27-27 | int Price();
         class Point 28-28 | record Point(int X);
         struct Pair 29-29 | struct Pair
         type Changed 30-30 | delegate void Changed(int x);",
    );
}

#[test]
fn c_and_cpp() {
    let text = "\
#define LIMIT 3
#define twice(x) (2 * (x))
/* Holds items. */
struct cart { int size; };
typedef struct cart cart_t;
static int total(struct cart *c) { return 0; }
char *name(void) { return 0; }
int declared(int x);
typedef int (*compare)(int a, int b);
typedef char *name_t, line_t[80];
#define QUICK
#define CART_H
";
    let expected = "
        constant LIMIT 1-1 | #define LIMIT 3
        macro twice 2-2 | #define twice(x) (2 * (x))
        struct cart 4-4 | struct cart — Holds items.
        type cart_t 5-5 | typedef struct cart cart_t;
        function total 6-6 | static int total(struct cart *c)
        function name 7-7 | char *name(void)
        function declared 8-8 | int declared(int x);
        type compare 9-9 | typedef int (*compare)(int a, int b);
        type name_t 10-10 | typedef char *name_t, line_t[80];
        type line_t 10-10 | typedef char *name_t, line_t[80];
        constant QUICK 11-11 | #define QUICK";
    check("cart.c", text, expected);
    check("cart.cpp", text, expected);
    let text = "\
namespace shop {
template <typename T>
class Cart : public Base {
 public:
  int total() const { return 0; }
  void add(T item);
};
using Items = std::vector<int>;
}
void shop::Cart::clear() { }
int& first(int& x) { return x; }
void Pair<int>::swap() { }
Cart::operator bool() const { return true; }
template <> bool operator< <int>(int a) { return true; }
TEST(Cart, Adds) { }
";
    check(
        "cart.cc",
        text,
        "module shop 1-9 | namespace shop
         class shop.Cart 3-7 | class Cart : public Base
         method shop.Cart.total 5-5 | int total() const
         method shop.Cart.add 6-6 | void add(T item);
         type shop.Items 8-8 | using Items = std::vector<int>;
         method shop.Cart.clear 10-10 | void shop::Cart::clear()
         function first 11-11 | int& first(int& x)
         method Pair.swap 12-12 | void Pair<int>::swap()
         method Cart.operator bool 13-13 | Cart::operator bool() const
         test Adds 15-15 | TEST(Cart, Adds)",
    );
}

#[test]
fn ruby() {
    let text = "\
module Shop
  LIMIT = 3
  # Holds items.
  class Cart < Base
    def self.open; end
    def <=>(other) = 0
    def add(item)
      1
    end
  end
end

describe 'Cart' do
  it('adds') { }
end
";
    check(
        "cart.rb",
        text,
        "module Shop 1-11 | module Shop
         constant Shop.LIMIT 2-2 | LIMIT = 3
         class Shop.Cart 4-10 | class Cart < Base — Holds items.
         method Shop.Cart.open 5-5 | def self.open; end
         method Shop.Cart.<=> 6-6 | def <=>(other) =
         method Shop.Cart.add 7-9 | def add(item)
         test Cart 13-15 | describe 'Cart' do
         test Cart.adds 14-14 | it('adds') { }",
    );
}

#[test]
fn php() {
    let text = "\
<?php
namespace Shop;
const LIMIT = 3;
/** Holds items. */
final class Cart extends Base {
    const SIZE = 1;
    public function add(Item $item): void { }
    public function testAdd() { }
}
interface Priced { public function price(); }
trait Counted { }
enum Size { case Small; }
function open_shop() { }
#[Pure]
function close_shop() { }
define('DEBUG', 1);
";
    check(
        "cart.php",
        text,
        "module Shop 2-2 | namespace Shop;
         constant LIMIT 3-3 | const LIMIT = 3
         class Cart 5-9 | final class Cart extends Base — Holds items.
         constant Cart.SIZE 6-6 | const SIZE = 1
         method Cart.add 7-7 | public function add(Item $item): void
         test Cart.testAdd 8-8 | public function testAdd()
         interface Priced 10-10 | interface Priced
         method Priced.price 10-10 | public function price();
         trait Counted 11-11 | trait Counted
         enum Size 12-12 | enum Size
         function open_shop 13-13 | function open_shop()
         function close_shop 15-15 | function close_shop()
         constant DEBUG 16-16 | define('DEBUG', 1)",
    );
}

#[test]
fn bash() {
    let text = "\
#!/bin/sh
LIMIT=3
export HOME_DIR=/tmp
# Builds it.
build() {
  local x=1
}
function clean { :; }
";
    check(
        "run",
        text,
        "constant LIMIT 2-2 | LIMIT=3
         constant HOME_DIR 3-3 | export HOME_DIR=/tmp
         function build 5-7 | build() — Builds it.
         function clean 8-8 | function clean",
    );
}

#[test]
fn markdown_has_headings() {
    let text = "# Shop\n\ntext\n\n## Prices ##\n\n```sh\n# no heading\n```\n\n## Sizes\n# End\n#tag\n";
    check(
        "README.md",
        text,
        "heading Shop 1-11 | # Shop
         heading Shop.Prices 5-10 | ## Prices ##
         heading Shop.Sizes 11-11 | ## Sizes
         heading End 12-13 | # End",
    );
}

#[test]
fn settings_have_keys() {
    check(
        "a.toml",
        "# c\nname = 1\n\n[a.b]\nx = 1\n[[c]]\n",
        "key name 2-3 | name\nkey a.b 4-5 | a.b\nkey c 6-6 | c",
    );
    check("a.yml", "# c\non: x\njobs:\n  a: 1\n- b: 2\n", "key on 2-2 | on\nkey jobs 3-5 | jobs");
    check(
        "a.json",
        "{\n  \"a\": { \"b\": [1] },\n  \"c:\\\"d\": \"x: y\"\n}",
        "key a 2-2 | a\nkey c:\\\"d 3-4 | c:\\\"d",
    );
}

#[test]
fn what_is_broken_or_strange_has_what_can_be_read_of_it() {
    check("a.rs", "fn good() {}\nfn broken( {\n", "function good 1-1 | fn good()");
    check("a.py", "", "");
    check("a.json", "\"", "");
    check("a.md", "```\n# x", "");
    check("picture.png", "fn main() {}", "");
    check("a.rs", "fn größe() {}", "function größe 1-1 | fn größe()");
}
