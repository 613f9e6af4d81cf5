export type Product = { sku: string; name: string; category: string /** Pence. */; unitPrice: number; popularity: number };

const SHELVES: Record<string, [name: string, unitPrice: number, popularity: number][]> = {
  bread: [
    ["Sourdough loaf", 480, 30],
    ["Rye loaf", 520, 14],
    ["Baguette", 280, 25],
    ["Focaccia", 560, 12],
    ["Seeded rolls, six", 390, 16],
    ["Cinnamon knot", 320, 22],
  ],
  coffee: [
    ["House espresso 250 g", 950, 20],
    ["House espresso 1 kg", 3200, 9],
    ["Single origin 250 g", 1250, 11],
    ["Decaf 250 g", 1050, 5],
    ["Moka pot", 3600, 2],
  ],
  deli: [
    ["Aged cheddar", 780, 14],
    ["Goat's cheese", 690, 9],
    ["Olives", 450, 15],
    ["Smoked salmon", 1290, 7],
    ["Antipasti box", 1850, 6],
    ["Truffle honey", 1490, 3],
  ],
  pantry: [
    ["Olive oil 500 ml", 1390, 10],
    ["Tomato passata", 320, 16],
    ["Bronze-cut pasta", 360, 20],
    ["Arborio rice", 540, 8],
    ["Sea salt", 420, 9],
    ["Blackcurrant jam", 510, 11],
  ],
  gifts: [
    ["Breakfast hamper", 5400, 4],
    ["Grand hamper", 12900, 2],
    ["Linen apron", 3900, 3],
    ["Bread knife", 4600, 2],
    ["Gift card sleeve", 150, 5],
  ],
};

export const PRODUCTS: readonly Product[] = Object.entries(SHELVES).flatMap(([category, shelf]) =>
  shelf.map(([name, unitPrice, popularity], index) => ({
    sku: `${category.slice(0, 2).toUpperCase()}-${String(index + 1).padStart(3, "0")}`,
    name,
    category,
    unitPrice,
    popularity,
  })),
);
